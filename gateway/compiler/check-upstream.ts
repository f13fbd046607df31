import type { CompileProblem, UpstreamSnapshot } from "./snapshot";
import { parseTargetUrl } from "./target-url";
import type { UpstreamSettings } from "./upstream-settings";

/** The pool of targets that name none. */
export const MAIN_POOL = "main";

/**
 * Everything that keeps an upstream from being served. The management API asks before it saves, the compiler before it publishes. Runs in
 * browsers too.
 * @returns problems whose place begins at the upstream: "targets/0", "split/canary/pool", or "" for the upstream itself
 */
export function checkUpstream(upstream: UpstreamSnapshot): CompileProblem[] {
  return [
    ...checkTargets(upstream),
    ...checkWeights(upstream),
    ...checkTls(upstream),
    ...checkSplit(upstream),
    ...checkMirror(upstream),
  ];
}

/** Whether a pool gets nothing but copies: its targets are then neither watched nor balanced, for they answer nobody. */
export function isOnlyMirrored({ mirror, split }: UpstreamSettings, pool: string): boolean {
  const isNamed = split?.canary?.pool === pool || split?.rules.some((rule) => rule.pool === pool) === true;
  return mirror?.pool === pool && !isNamed;
}

/** A problem is read by more people than may know the password. */
function withoutCredentials(url: string): string {
  return url.replace(/\/\/[^/]*@/, "//…@");
}

function checkTargets({ targets }: UpstreamSnapshot): CompileProblem[] {
  return targets.flatMap(({ url }, index) => {
    const parsed = parseTargetUrl(url);
    return parsed.ok ? [] : [invalidUrl(url, parsed.message, `targets/${index}`)];
  });
}

function invalidUrl(url: string, message: string, place: string): CompileProblem {
  return { code: "upstream_url_invalid", message: `"${withoutCredentials(url)}" ${message}`, place };
}

function checkWeights({ targets }: UpstreamSnapshot): CompileProblem[] {
  if (targets.length === 0) {
    return [{ code: "upstream_missing", message: "there is nowhere to send requests: add a target", place: "" }];
  }
  const pools = new Set(targets.map(({ pool }) => pool ?? MAIN_POOL));
  if (!pools.has(MAIN_POOL)) {
    return [
      {
        code: "upstream_pool_empty",
        message: `no target is in the pool "${MAIN_POOL}", which gets what no rule and no share sends elsewhere`,
        place: "targets",
      },
    ];
  }
  return [...pools].flatMap((pool) => {
    const ofPool = targets.filter((target) => (target.pool ?? MAIN_POOL) === pool);
    const words = pools.size === 1 ? "every target" : `every target of the pool "${pool}"`;
    return ofPool.every(({ weight }) => weight === 0)
      ? [{ code: "upstream_weights_zero", message: `${words} has weight 0`, place: "" }]
      : [];
  });
}

/** A certificate is checked against a name. nginx cannot check one against an address. */
function checkTls({ targets, settings }: UpstreamSnapshot): CompileProblem[] {
  if (settings?.tls?.serverName !== undefined) {
    return [];
  }
  return targets.flatMap(({ url }, index) => {
    const parsed = parseTargetUrl(url);
    return parsed.ok && parsed.target.scheme === "https" && isAddress(parsed.target.host)
      ? [
          {
            code: "upstream_tls_name_missing",
            message: `"${url}" names an address, whose certificate cannot be checked: give tls.serverName`,
            place: `targets/${index}`,
          },
        ]
      : [];
  });
}

function isAddress(host: string): boolean {
  return host.includes(":") || /^[\d.]+$/.test(host);
}

function checkSplit({ targets, settings }: UpstreamSnapshot): CompileProblem[] {
  const split = settings?.split;
  if (split === undefined) {
    return [];
  }
  const pools = new Set(targets.map(({ pool }) => pool ?? MAIN_POOL));
  const named = [
    ...split.rules.map(({ pool }, index) => ({ pool, place: `split/rules/${index}/pool` })),
    ...(split.canary === undefined ? [] : [{ pool: split.canary.pool, place: "split/canary/pool" }]),
  ];
  const problems = named.flatMap(({ pool, place }) => (pools.has(pool) ? [] : [unknownPool(pool, place)]));
  if (split.canary?.pool === MAIN_POOL) {
    problems.push({
      code: "upstream_canary_main",
      message: `the canary must name another pool than "${MAIN_POOL}"`,
      place: "split/canary/pool",
    });
  }
  return problems;
}

function checkMirror({ targets, settings }: UpstreamSnapshot): CompileProblem[] {
  const pool = settings?.mirror?.pool;
  const place = "mirror/pool";
  if (pool === undefined) {
    return [];
  }
  if (pool === MAIN_POOL) {
    return [
      {
        code: "upstream_mirror_main",
        message: `the mirror must name another pool than "${MAIN_POOL}", which gets the calls themselves`,
        place,
      },
    ];
  }
  return targets.some((target) => target.pool === pool) ? [] : [unknownPool(pool, place)];
}

function unknownPool(pool: string, place: string): CompileProblem {
  return { code: "upstream_pool_unknown", message: `no target is in the pool "${pool}"`, place };
}

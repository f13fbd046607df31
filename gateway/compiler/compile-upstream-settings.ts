import type { Canary, Mirror, RequestTrait, Split, Upstream } from "../contract/bundle";
import { isOnlyMirrored, MAIN_POOL } from "./check-upstream";
import type { PoolTables } from "./pool-tables";
import { keyOf } from "./target-key";
import type { RequestTraitSetting, UpstreamSettings } from "./upstream-settings";

const SECOND_MS = 1000;
/** Far enough away for a share that does not change. */
const ALWAYS = 0;

type CompiledSettings = Pick<
  Upstream,
  | "circuitBreaker"
  | "healthCheck"
  | "balancing"
  | "slowStartMs"
  | "retries"
  | "tlsName"
  | "clientCertificate"
  | "split"
  | "mirror"
>;

/** Whether a node must remember something of each target. */
export function keepsState({ balancing, circuitBreaker, healthCheck }: UpstreamSettings): boolean {
  return circuitBreaker !== undefined || healthCheck !== undefined || balancing?.algorithm === "least-connections";
}

/** What people wrote, in the units and forms that workers compute with. */
export function compileUpstreamSettings(
  upstream: number,
  settings: UpstreamSettings,
  tables: ReadonlyMap<string, PoolTables>,
): CompiledSettings {
  const { circuitBreaker: breaker, healthCheck: check, retries, slowStartSeconds, tls } = settings;
  return withoutUndefined({
    circuitBreaker: breaker && {
      consecutiveFailures: breaker.consecutiveFailures,
      errorShare: breaker.errorSharePercent / 100,
      minimumRequests: breaker.minimumRequests,
      windowMs: toMs(breaker.windowSeconds),
      openMs: toMs(breaker.openSeconds),
      longestOpenMs: toMs(breaker.longestOpenSeconds),
      statuses: breaker.statuses,
    },
    healthCheck: check && {
      kind: check.kind,
      path: check.path,
      statuses: check.statuses,
      intervalMs: toMs(check.intervalSeconds),
      timeoutMs: toMs(check.timeoutSeconds),
      unhealthyAfter: check.unhealthyAfter,
      healthyAfter: check.healthyAfter,
    },
    balancing: compileBalancing(settings, tables.get(MAIN_POOL)),
    slowStartMs: slowStartSeconds && toMs(slowStartSeconds),
    retries: retries && {
      attempts: retries.attempts,
      budgetShare: retries.budgetPercent / 100,
      tryTimeoutMs: retries.tryTimeoutMs,
    },
    tlsName: tls?.serverName,
    clientCertificate: tls?.clientCertificate,
    split: compileSplit(upstream, settings, tables),
    mirror: compileMirror(upstream, settings, tables),
  });
}

/** What is absent must not be in the chunk: an upstream that uses nothing of it keeps its bytes. */
function withoutUndefined(values: CompiledSettings): CompiledSettings {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));
}

function toMs(seconds: number): number {
  return Math.round(seconds * SECOND_MS);
}

function compileBalancing({ balancing }: UpstreamSettings, tables: PoolTables | undefined): Upstream["balancing"] {
  switch (balancing?.algorithm) {
    case undefined:
    case "round-robin":
      return undefined;
    case "least-connections":
      return { kind: "least-connections" };
    case "hash":
      return { kind: "hash", by: traitOf(balancing.by), table: tables?.table ?? [] };
  }
}

function traitOf(setting: RequestTraitSetting): RequestTrait {
  return setting.from === "header" ? { from: "header", name: setting.name.toLowerCase() } : setting;
}

function compileSplit(
  upstream: number,
  settings: UpstreamSettings,
  tables: ReadonlyMap<string, PoolTables>,
): Split | undefined {
  const { split } = settings;
  if (split === undefined || (split.rules.length === 0 && split.canary === undefined)) {
    return undefined;
  }
  return {
    pools: [...tables]
      .filter(([name]) => name !== MAIN_POOL && !isOnlyMirrored(settings, name))
      .map(([name, { sequence, table }]) => ({ name, sequence, ...(table === undefined ? {} : { table }) })),
    rules: split.rules.map((rule) => ({ ...rule, name: rule.from === "header" ? rule.name.toLowerCase() : rule.name })),
    ...(split.canary === undefined ? {} : { canary: compileCanary(upstream, split.canary) }),
  };
}

function compileCanary(
  upstream: number,
  canary: NonNullable<NonNullable<UpstreamSettings["split"]>["canary"]>,
): Canary {
  const { halt, percent, pool, ramp, stickyBy } = canary;
  return {
    key: keyOf(`${upstream} canary ${JSON.stringify(canary)}`),
    pool,
    fromShare: (ramp?.fromPercent ?? percent) / 100,
    toShare: percent / 100,
    startsAt: ramp === undefined ? ALWAYS : Date.parse(ramp.startsAt) / SECOND_MS,
    endsAt: ramp === undefined ? ALWAYS : Date.parse(ramp.endsAt) / SECOND_MS,
    ...(stickyBy === undefined ? {} : { stickyBy: traitOf(stickyBy) }),
    ...(halt === undefined
      ? {}
      : {
          halt: {
            errorShare: halt.errorSharePercent / 100,
            p95Ms: halt.p95Ms,
            minimumRequests: halt.minimumRequests,
            windowMs: toMs(halt.windowSeconds),
          },
        }),
  };
}

function compileMirror(
  upstream: number,
  { mirror }: UpstreamSettings,
  tables: ReadonlyMap<string, PoolTables>,
): Mirror | undefined {
  const sequence = mirror && tables.get(mirror.pool)?.sequence;
  if (mirror === undefined || sequence === undefined) {
    return undefined;
  }
  const { maxBodyBytes, maxConcurrent, methods, percent, pool, stickyBy, timeoutMs } = mirror;
  return {
    key: keyOf(`${upstream} mirror`),
    pool,
    sequence,
    share: percent / 100,
    ...(stickyBy === undefined ? {} : { stickyBy: traitOf(stickyBy) }),
    methods,
    maxBodyBytes,
    timeoutMs,
    maxConcurrent,
  };
}

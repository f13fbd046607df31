import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { AttachedPolicy, LimitSnapshot, Snapshot } from "../compiler/snapshot";
import type { RoutingSettings, Versioning } from "../compiler/routing-settings";
import type { UpstreamSettingsInput } from "../compiler/upstream-settings";
import { makeKey } from "../testing/make-key";
import { PlainUpstream } from "../testing/plain-upstream";
import { sendLoad } from "../testing/send-load";
import { signGet, signingCredential } from "../testing/sign-request";
import { makeIssuer, signToken } from "../testing/sign-token";
import { credentialFor, shopSnapshot } from "../testing/snapshots";
import { TestNode } from "../testing/test-node";
import { upstreamSnapshot } from "../testing/upstream-snapshot";
import { findInterpreted, nameFunction, readTraces } from "../testing/trace-report";

/** Enough for LuaJIT to try, and give up, some seven times what does not compile. */
const CALLS = 10_000;
/** Phases of a request, and what they run. Whatever of it is interpreted costs several times as much: reference in runtime/README.md. */
const HOT = [
  ...["access.lua", "balancer.lua", "body-filter.lua", "log.lua"],
  ...[
    "route-choice",
    "route-fields.lua",
    "field-reader.lua",
    "hosts.lua",
    "find-route.lua",
    "tidy-request",
    "tidy-request.lua",
  ],
  ...["router", "router.lua", "chain", "path.lua", "contexts.lua", "upstreams.lua", "request-id.lua"],
  ...["header-filter.lua", "shape-response.lua", "policy-response.lua"],
  ...[
    "template.lua",
    "path-parameter.lua",
    "address-ranges.lua",
    "client-address.lua",
    "judge-key.lua",
    "query.lua",
    "trace-context.lua",
  ],
  ...["run.lua", "few-limits.lua", "subject.lua", "window.lua", "key-format.lua", "histogram.lua"],
  ...["policy-host.lua", "request.lua", "clock.lua", "balancer-functions.lua"],
  ...["counters.lua", "credential-store.lua", "meter.lua", "outcomes.lua", "request-log.lua", "request-ring.lua"],
  ...["pick-managed.lua", "breaker.lua", "canary.lua", "least-connections", "split-rules", "target-states.lua"],
  ...["request-trait.lua", "retry-budget.lua", "share.lua", "mirror-calls.lua", "mirror-counts.lua"],
  ...["claim.lua", "token-memory.lua", "key-sets.lua"],
  ...["settle.lua", "bucket.lua", "calendar.lua", "in-flight.lua", "slot-table.lua"],
];
/** What a call that is refused runs after it was. */
const REFUSED = ["log.lua", "request-log.lua", "request-ring.lua", "quote.lua", "meter.lua"];
const ENTRIES = ["access()", "balancer()", "bodyFilter()", "log()"];
const key = makeKey("traces");

let upstream: PlainUpstream;

beforeAll(async () => {
  upstream = await PlainUpstream.start();
});

afterAll(() => upstream.stop());

const limit = (id: number, overrides: Partial<LimitSnapshot> = {}): LimitSnapshot => ({
  id,
  name: `limit ${id}`,
  algorithm: "sliding-window",
  quota: 900_000_000,
  windowSeconds: 3600,
  scope: "subscription",
  ...overrides,
});

const issuer = makeIssuer("ES256", "traces");
const token = signToken(issuer, { tenant: "a", exp: Math.floor(Date.now() / 1000) + 86_400 });
const jwtValidation = { policy: "jwt-validation", config: { jwks: { keys: [issuer.jwk] }, forward: false } };
const deprecation = { policy: "deprecation", config: { deprecatedAt: "2026-01-01T00:00:00Z" } };
const places = [{ in: "query", name: "api_key" }, { in: "bearer" }, { in: "header", name: "X-API-Key" }];
const cache = { policy: "response-cache", config: { sharedBy: "everybody", varyBy: ["Accept"] } };
const validation = {
  policy: "request-validation",
  config: {
    parameters: [
      { in: "path", name: "id", schema: { type: "integer", minimum: 1 } },
      { in: "query", name: "page", schema: { type: "integer", maximum: 9 } },
    ],
  },
};
const requestSize = { policy: "request-size", config: { maxBodyBytes: 1000 } };

/** Calls under a plan, and what LuaJIT has to say of it. */
async function traceCalls(
  limits: readonly LimitSnapshot[],
  target = "/shop/v1/items/1?page=2",
  policies: readonly AttachedPolicy[] = [],
  settings: UpstreamSettingsInput = {},
  more: Partial<Snapshot> = {},
  statuses: readonly number[] = [200],
  route: (snapshot: Snapshot) => Snapshot = (snapshot) => snapshot,
  headers: Readonly<Record<string, string>> = {},
): Promise<{ traces: string; luaDirectory: string }> {
  const directory = mkdtempSync(path.join(tmpdir(), "gatehouse-traces-"));
  const traceFile = path.join(directory, "traces.txt");
  const node = await TestNode.start({ workers: 1, traceFile });
  try {
    const targets = [`${upstream.url}/a`, `${upstream.url}/b`, { url: upstream.url, pool: "canary" }];
    const snapshot =
      Object.keys(settings).length === 0
        ? shopSnapshot([upstream.url, upstream.url], { limits })
        : upstreamSnapshot(targets, settings);
    await node.publish(route({ ...withPolicies(snapshot, policies), ...more }));
    await node.putCredentials([credentialFor(key), signingCredential()]);
    const hasToken = policies.some(({ policy }) => policy === "jwt-validation");
    const isSigned = policies.some(({ policy }) => policy === "hmac-auth");
    const load = await sendLoad({
      origin: node.url,
      path: target,
      headers: {
        "X-API-Key": key,
        ...(isSigned ? signGet(`${node.url}${target}`) : {}),
        ...(hasToken ? { Authorization: `Bearer ${token}` } : {}),
        ...headers,
      },
      calls: CALLS,
      connections: 32,
    });
    expect([...load.statuses.keys()].sort()).toEqual(statuses);
    return { traces: readFileSync(traceFile, "utf8"), luaDirectory: node.settings.luaDirectory };
  } finally {
    await node.stop();
    rmSync(directory, { recursive: true, force: true });
  }
}

const SIGNED = [
  { policy: "key-auth", config: {}, enabled: false },
  { policy: "hmac-auth", config: {} },
];

const LOOPS_OF_SIGNATURES =
  /(verify|isSound|coversAll|parseSignatureInput|readComponents|readParameters|signatureBase|variableOf)\(\) in policies\/hmac-auth/;

describe("LuaJIT compiles all of what a call runs, and keeps it compiled", () => {
  it.each<[string, readonly LimitSnapshot[]]>([
    ["without limits", []],
    ["with one limit", [limit(1)]],
    ["with a fixed window per address", [limit(1, { algorithm: "fixed-window", scope: "address" })]],
    ["with two limits", [limit(1), limit(2, { algorithm: "fixed-window" })]],
    ["with a token bucket", [limit(1, { algorithm: "token-bucket", costs: { getItem: 2 } })]],
    ["with a calendar quota", [limit(1, { algorithm: "calendar", period: "month", timeZone: "Europe/Berlin" })]],
    ["with a limit of calls at once", [limit(1, { algorithm: "concurrency", quota: 1000, windowSeconds: 0 })]],
    ["with a quota of bytes", [limit(1, { unit: "bytes" })]],
  ])("%s", async (_name, limits) => {
    await expectCompiled(() => traceCalls(limits));
  });

  it("when every call is written down in the request log", async () => {
    const requestLog = { sampleEvery: 1, clientAddress: "network" } as const;
    await expectCompiled(() => traceCalls([limit(1)], undefined, [], {}, { requestLog }));
  });

  it("when every call is refused by its limits, and written down", async () => {
    const limits = [limit(1, { quota: 1 }), limit(2, { quota: 1 })];
    const { traces, luaDirectory } = await traceCalls(limits, undefined, [], {}, {}, [200, 429]);
    expect(findInterpreted(traces, REFUSED, luaDirectory), traces).toEqual([]);
    expect(findMissing(["log()"], traces, luaDirectory), traces).toEqual([]);
  });

  it.each<[string, UpstreamSettingsInput]>([
    ["a circuit breaker", { circuitBreaker: { errorSharePercent: 50 } }],
    ["least connections", { balancing: { algorithm: "least-connections" }, circuitBreaker: {} }],
    ["a hash", { balancing: { algorithm: "hash", by: { from: "subscription" } } }],
    // Every second call is copied: what it shares with the others must not suffer from the copies, which are made apart.
    ["a mirror", { mirror: { pool: "canary", percent: 50, maxConcurrent: 256 } }],
    ["a mirror that drops nearly all copies", { mirror: { pool: "canary", percent: 100, maxConcurrent: 1 } }],
    [
      "rules and a canary",
      {
        split: {
          rules: [{ from: "header", name: "X-Tester", value: "yes", pool: "canary" }],
          canary: { pool: "canary", percent: 50, stickyBy: { from: "query", name: "page" }, halt: { p95Ms: 60_000 } },
        },
      },
    ],
  ])("with %s", async (_name, settings) => {
    await expectCompiled(() => traceCalls([], "/shop/v1/items/1?page=2", [], settings));
  });

  // Two API versions at the called one's base path, and one at another host.
  it.each<[string, Versioning, string]>([
    ["a header field", { by: "header", name: "X-API-Version", forward: "pass" }, ""],
    ["a query parameter", { by: "query", name: "api-version", forward: "strip" }, "&api-version=v1"],
    ["a media type", { by: "media-type", parameter: "version" }, ""],
  ])("with hosts, a condition and versions by %s", async (_name, versioning, query) => {
    const run = () =>
      traceCalls(
        [limit(1)],
        `/shop/v1/items/1?page=2${query}`,
        [],
        {},
        {},
        [200],
        (snapshot) => withRivals(snapshot, versioning),
        { "X-API-Version": "v1", Accept: "application/json;version=v1", "X-Device": "mobile" },
      );
    await expectCompiled(run);
  });

  it("with a limit and a hash by a claim of a token seen before", async () => {
    const verified = (snapshot: Snapshot): Snapshot => ({
      ...snapshot,
      apiVersions: snapshot.apiVersions.map((version) => ({ ...version, policies: [jwtValidation] })),
      plans: snapshot.plans.map((plan) => ({ ...plan, limits: [limit(1, { scope: "claim", claim: "tenant" })] })),
    });
    const hash: UpstreamSettingsInput = { balancing: { algorithm: "hash", by: { from: "claim", name: "tenant" } } };
    await expectCompiled(() =>
      traceCalls([], undefined, [], hash, {}, [200], verified, { Authorization: `Bearer ${token}` }),
    );
  });

  it("with escapes in the path", async () => {
    await expectCompiled(() => traceCalls([limit(1)], "/shop/v1/items/a%20b%7e"));
  });

  it.each<[string, AttachedPolicy[]]>([
    [
      "header-transform",
      [
        {
          policy: "header-transform",
          config: {
            request: [
              { do: "set", name: "X-Caller", value: "{application}/{path.id}" },
              { do: "remove", name: "X-Secret" },
              { do: "append", name: "Via", value: "1.1 gatehouse" },
              { do: "add-if-absent", name: "X-Trace", value: "{requestId}" },
            ],
            response: [{ do: "set", name: "X-Served-By", value: "gatehouse" }],
          },
        },
      ],
    ],
    ["key-auth that looks in several places", [{ policy: "key-auth", config: { places } }]],
    ["jwt-validation of a token seen before, which stays here", [jwtValidation]],
    ["basic-auth beside key-auth", [{ policy: "basic-auth", config: {} }]],
    ["correlation", [{ policy: "correlation", config: { formats: ["w3c", "b3"] } }]],
    [
      "query-transform and path-rewrite",
      [
        { policy: "query-transform", config: { steps: [{ do: "set", name: "caller", value: "{application}" }] } },
        { policy: "path-rewrite", config: { path: "/v2/{path.id}", host: "preserve" } },
      ],
    ],
    [
      "compression, and websocket on a call that is no handshake",
      [
        { policy: "compression", config: {} },
        { policy: "websocket", config: {} },
      ],
    ],
    ["security-headers and deprecation", [{ policy: "security-headers", config: {} }, deprecation]],
    ["ip-filter", [{ policy: "ip-filter", config: { allow: ["127.0.0.0/8"], deny: ["192.0.2.0/24"] } }]],
    ["request-size and timeout", [requestSize, { policy: "timeout", config: { readTimeoutMs: 9000 } }]],
  ])("with %s", async (_name, policies) => {
    await expectCompiled(() => traceCalls([limit(1)], undefined, policies));
  });

  // What loops over components and parameters runs apart, and is compiled from its loops on.
  it("with hmac-auth in place of key-auth: all but the entries of its loops", async () => {
    await expectCompiled(() => traceCalls([limit(1)], undefined, SIGNED), {
      isKnown: (line) => LOOPS_OF_SIGNATURES.test(line),
    });
  });

  // What loops over the parameters is compiled from the loop on; it runs apart, so that nothing around it is spoiled.
  it("with request-validation: all but the entry of the loop", async () => {
    await expectCompiled(() => traceCalls([limit(1)], undefined, [validation]), {
      isKnown: (line) => line.includes("check() in policies/request-validation"),
    });
  });

  it("with answers from the cache, which no balancer sees", async () => {
    await expectCompiled(() => traceCalls([limit(1)], undefined, [cache]), {
      entries: ["access()", "headerFilter()", "log()"],
    });
  });

  // A call with three or four limits is too long for one trace from end to end: "too many spill slots". The limits
  // themselves are compiled; access() and decide() around them may be left to the interpreter, for that reason and no other.
  it("with four limits: every part", async () => {
    const limits = [
      limit(1),
      limit(2, { scope: "application" }),
      limit(3, { scope: "operation" }),
      limit(4, { algorithm: "fixed-window" }),
    ];
    // Whichever LuaJIT began with holds the limits; the ones inside it then need no trace of their own.
    const around = ["access()", "decide()", "chain:5", "run()", "runRules()", "runFew()"];
    await expectCompiled(() => traceCalls(limits), {
      isKnown: (line) => line.includes("too many spill slots") || line.includes("at a side exit"),
      entries: ENTRIES.slice(1),
      someOf: around,
    });
  });
});

function withRivals(snapshot: Snapshot, versioning: Versioning): Snapshot {
  const [version] = snapshot.apiVersions;
  const rival = (id: number, name: string, routing: RoutingSettings) => ({
    ...version!,
    id,
    version: name,
    versioning,
    routing,
  });
  const when = [{ from: "header" as const, name: "X-Device", prefix: "mob" }];
  return {
    ...snapshot,
    apiVersions: [
      rival(1, "v1 for mobiles", { versionValues: ["v1"], when, hosts: ["*.0.0.1", "shop.test"] }),
      rival(2, "v1", { hosts: ["*.0.0.1"] }),
      rival(3, "v2", { hosts: ["*.0.0.1"] }),
    ],
  };
}

interface Expected {
  /** What is interpreted for a reason that the test knows. */
  readonly isKnown?: (line: string) => boolean;
  /** Where traces begin. */
  readonly entries?: readonly string[];
  readonly someOf?: readonly string[];
}

/**
 * Where LuaJIT begins its traces is partly drawn at random, and so, now and then, is a run in which it gives a place up that it otherwise
 * compiles. What does not compile at all is found by both of two runs.
 */
async function expectCompiled(run: () => ReturnType<typeof traceCalls>, expected: Expected = {}): Promise<void> {
  const problems = findProblems(await run(), expected);
  expect(problems.length === 0 ? [] : findProblems(await run(), expected), problems.join("\n")).toEqual([]);
}

function findProblems({ traces, luaDirectory }: Awaited<ReturnType<typeof traceCalls>>, expected: Expected): string[] {
  const { isKnown = () => false, entries = ENTRIES, someOf = [] } = expected;
  const missing = findMissing(entries, traces, luaDirectory);
  const isAllMissing = someOf.length > 0 && findMissing(someOf, traces, luaDirectory).length === someOf.length;
  return [
    ...findInterpreted(traces, HOT, luaDirectory).filter((line) => !isKnown(line)),
    ...[...missing, ...(isAllMissing ? someOf : [])].map((name) => `no trace begins at ${name}`),
  ];
}

/** Attached to the operation that is called. */
function withPolicies(snapshot: Snapshot, policies: readonly AttachedPolicy[]): Snapshot {
  const apiVersions = snapshot.apiVersions.map((version) => ({
    ...version,
    operations: version.operations.map((operation) =>
      operation.key === "getItem" ? { ...operation, policies } : operation,
    ),
  }));
  return { ...snapshot, apiVersions };
}

/** Those of the functions at which no trace begins. */
function findMissing(functions: readonly string[], traces: string, luaDirectory: string): string[] {
  const compiled = readTraces(traces)
    .filter((start) => start.compiled > 0)
    .map(({ location }) => nameFunction(location, luaDirectory));
  return functions.filter((name) => !compiled.some((found) => found.startsWith(name)));
}

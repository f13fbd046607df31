import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { LimitSnapshot } from "../compiler/snapshot";
import { FakeUpstream } from "../testing/fake-upstream";
import { makeKey } from "../testing/make-key";
import { sendLoad } from "../testing/send-load";
import { credentialFor, shopSnapshot } from "../testing/snapshots";
import { TestNode } from "../testing/test-node";
import { findInterpreted, nameFunction, readTraces } from "../testing/trace-report";

/** Enough for LuaJIT to try, and give up, some eight times what does not compile. */
const CALLS = 20_000;
/** Phases of a request, and what they run. Whatever of it is interpreted costs several times as much: reference in runtime/README.md. */
const HOT = [
  ...["access.lua", "balancer.lua", "body-filter.lua", "log.lua"],
  ...["router", "router.lua", "chain", "path.lua", "contexts.lua", "upstreams.lua", "request-id.lua"],
  ...["run.lua", "few-limits.lua", "subject.lua", "window.lua", "key-format.lua", "histogram.lua"],
  ...["policy-host.lua", "request.lua", "clock.lua", "balancer-functions.lua"],
  ...["counters.lua", "credential-store.lua", "meter.lua", "outcomes.lua"],
];
const ENTRIES = ["access()", "balancer()", "bodyFilter()", "log()"];
const key = makeKey("traces");

let upstream: FakeUpstream;

beforeAll(async () => {
  upstream = await FakeUpstream.start();
  upstream.keepsRequests = false;
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

/** Calls under a plan, and what LuaJIT has to say of it. */
async function traceCalls(
  limits: readonly LimitSnapshot[],
  target = "/shop/v1/items/1?page=2",
): Promise<{ traces: string; luaDirectory: string }> {
  const directory = mkdtempSync(path.join(tmpdir(), "gatehouse-traces-"));
  const traceFile = path.join(directory, "traces.txt");
  const node = await TestNode.start({ workers: 1, traceFile });
  try {
    await node.publish(shopSnapshot([upstream.url, upstream.url], { limits }));
    await node.putCredentials([credentialFor(key)]);
    const load = await sendLoad({
      origin: node.url,
      path: target,
      headers: { "X-API-Key": key },
      calls: CALLS,
      connections: 32,
    });
    expect([...load.statuses.keys()]).toEqual([200]);
    return { traces: readFileSync(traceFile, "utf8"), luaDirectory: node.settings.luaDirectory };
  } finally {
    await node.stop();
    rmSync(directory, { recursive: true, force: true });
  }
}

describe("LuaJIT compiles all of what a call runs, and keeps it compiled", () => {
  it.each<[string, readonly LimitSnapshot[]]>([
    ["without limits", []],
    ["with one limit", [limit(1)]],
    ["with a fixed window per address", [limit(1, { algorithm: "fixed-window", scope: "address" })]],
    ["with two limits", [limit(1), limit(2, { algorithm: "fixed-window" })]],
  ])("%s", async (_name, limits) => {
    const { traces, luaDirectory } = await traceCalls(limits);
    expect(findInterpreted(traces, HOT, luaDirectory), traces).toEqual([]);
    expect(findMissing(ENTRIES, traces, luaDirectory), traces).toEqual([]);
  });

  it("with escapes in the path", async () => {
    const { traces, luaDirectory } = await traceCalls([limit(1)], "/shop/v1/items/a%20b%7e");
    expect(findInterpreted(traces, HOT, luaDirectory), traces).toEqual([]);
    expect(findMissing(ENTRIES, traces, luaDirectory), traces).toEqual([]);
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
    const { traces, luaDirectory } = await traceCalls(limits);
    const interpreted = findInterpreted(traces, HOT, luaDirectory);
    expect(
      interpreted.filter((line) => !line.includes("too many spill slots") && !line.includes("at a side exit")),
      traces,
    ).toEqual([]);
    // Whichever LuaJIT began with holds the limits; the ones inside it then need no trace of their own.
    const around = ["access()", "decide()", "chain:5", "runFew()"];
    expect(findMissing(around, traces, luaDirectory).length, traces).toBeLessThan(around.length);
    expect(findMissing(ENTRIES.slice(1), traces, luaDirectory), traces).toEqual([]);
  });
});

/** Those of the functions at which no trace begins. */
function findMissing(functions: readonly string[], traces: string, luaDirectory: string): string[] {
  const compiled = readTraces(traces)
    .filter((start) => start.compiled > 0)
    .map(({ location }) => nameFunction(location, luaDirectory));
  return functions.filter((name) => !compiled.some((found) => found.startsWith(name)));
}

/**
 * What each policy adds to a call: CPU time of the worker, an operation with the policy beside one without, in turns, on one core. Every
 * operation has a key, a subscription, one limit (a sliding window) and metering already; what these cost is told by calls without them.
 *
 *   npm run bench:policies -- [--rounds 7] [--seconds 1]
 */
import { execFileSync } from "node:child_process";
import { parseArgs } from "node:util";
import type { AttachedPolicy, LimitSnapshot, PlanSnapshot, Snapshot } from "../gateway/compiler/snapshot";
import type { CredentialEntry } from "../gateway/contract/credentials";
import { makeKey } from "../gateway/testing/make-key";
import { signGet, signingCredential } from "../gateway/testing/sign-request";
import { makeIssuer, signToken } from "../gateway/testing/sign-token";
import { credentialFor, shopSnapshot } from "../gateway/testing/snapshots";
import { TestNode } from "../gateway/testing/test-node";
import { startUpstream } from "./contenders/upstream";
import { commandExists, cpuMicroseconds, MEASURED_CORE, CLIENT_CORE } from "./measure/processes";

const one = (policy: string, config: Record<string, unknown> = {}): AttachedPolicy[] => [{ policy, config }];
const set = (name: string, value: string) => ({ do: "set", name, value });
const places = [{ in: "query", name: "api_key" }, { in: "bearer" }, { in: "header", name: "X-API-Key" }];
const parameters = [
  { in: "path", name: "id", schema: { type: "integer", minimum: 1 } },
  { in: "query", name: "page", schema: { type: "integer", maximum: 99 } },
];
const manyRanges = Array.from({ length: 10_000 }, (_unused, index) => `10.${index >> 8}.${index & 255}.0/25`);

const issuer = makeIssuer("RS256", "bench");
const token = signToken(issuer, { sub: "bench", exp: Math.floor(Date.now() / 1000) + 86_400 });

/** What is measured; the first is what the others are compared with. */
interface Work {
  readonly name: string;
  readonly policies: readonly AttachedPolicy[];
  /** Limits of the caller's plan; one sliding window when absent. */
  readonly limits?: readonly LimitSnapshot[];
  /** Sent besides the key. */
  readonly fields?: Readonly<Record<string, string>>;
}

const noKey: AttachedPolicy = { policy: "key-auth", config: {}, enabled: false };

/** A limit that is never reached, however fast the calls come. */
function limit(algorithm: LimitSnapshot["algorithm"], changes: Partial<LimitSnapshot> = {}): LimitSnapshot {
  return { id: 1, name: "all", algorithm, quota: 900_000_000, windowSeconds: 3600, scope: "subscription", ...changes };
}

const WORK: readonly Work[] = [
  { name: "nothing", policies: [] },
  { name: "without a key", policies: [noKey] },
  { name: "a plan without limits", policies: [], limits: [] },
  { name: "fixed-window instead", policies: [], limits: [limit("fixed-window")] },
  { name: "token-bucket instead", policies: [], limits: [limit("token-bucket", { burst: 900_000 })] },
  { name: "leaky-bucket instead, no wait", policies: [], limits: [limit("leaky-bucket", { burst: 900_000 })] },
  { name: "spike-arrest instead", policies: [], limits: [limit("spike-arrest", { windowSeconds: 1 })] },
  { name: "concurrency instead", policies: [], limits: [limit("concurrency", { quota: 1_000, windowSeconds: 0 })] },
  {
    name: "a quota per month instead",
    policies: [],
    limits: [limit("calendar", { period: "month", windowSeconds: 0 })],
  },
  {
    name: "three sliding windows instead",
    policies: [],
    limits: [1, 2, 3].map((id) => limit("sliding-window", { id, name: `limit${id}` })),
  },
  { name: "correlation", policies: one("correlation") },
  { name: "cors, no Origin", policies: one("cors", { origins: ["https://app.example"] }) },
  {
    name: "cors, with Origin",
    policies: one("cors", { origins: ["https://app.example"] }),
    fields: { Origin: "https://app.example" },
  },
  { name: "ip-filter, 10,000 ranges", policies: one("ip-filter", { deny: manyRanges }) },
  { name: "maintenance, address let through", policies: one("maintenance", { allow: ["127.0.0.0/8"] }) },
  { name: "key-auth, three places", policies: one("key-auth", { places }) },
  { name: "basic-auth beside key-auth", policies: one("basic-auth") },
  {
    name: "hmac-auth in place of key-auth",
    policies: [{ policy: "key-auth", config: {}, enabled: false }, ...one("hmac-auth")],
  },
  { name: "jwt-validation, a token seen before", policies: one("jwt-validation", { jwks: { keys: [issuer.jwk] } }) },
  { name: "request-size", policies: one("request-size", { maxBodyBytes: 1000 }) },
  { name: "request-validation, 2 parameters", policies: one("request-validation", { parameters }) },
  {
    name: "query-transform, 2 steps",
    policies: one("query-transform", { steps: [set("a", "b"), set("c", "{application}")] }),
  },
  { name: "path-rewrite, template", policies: one("path-rewrite", { path: "/v2/{path.id}" }) },
  {
    name: "header-transform, 2 request steps",
    policies: one("header-transform", { request: [set("X-A", "b"), set("X-B", "{path.id}")] }),
  },
  {
    name: "header-transform, 2 response steps",
    policies: one("header-transform", { response: [set("X-A", "b"), set("X-B", "c")] }),
  },
  { name: "timeout", policies: one("timeout", { readTimeoutMs: 9000 }) },
  { name: "compression, not asked for", policies: one("compression") },
  { name: "deprecation", policies: one("deprecation", { deprecatedAt: "2026-01-01T00:00:00Z" }) },
  { name: "security-headers", policies: one("security-headers") },
  { name: "response-cache, a hit", policies: one("response-cache", { sharedBy: "everybody", ttlSeconds: 3600 }) },
  { name: "mock", policies: one("mock", { answers: [{ body: { id: 7 } }] }) },
  { name: "redirect", policies: one("redirect", { location: "https://new.example/{path.id}" }) },
];

async function main(): Promise<void> {
  const options = parseArgs({
    options: { rounds: { type: "string", default: "7" }, seconds: { type: "string", default: "1" } },
  }).values;
  if (!commandExists("wrk")) {
    console.log("bench:policies is skipped: wrk is not installed (apt-get install wrk).");
    return;
  }
  const upstream = await startUpstream();
  const node = await TestNode.start({ workers: 1 });
  try {
    await node.publish(snapshotOf(upstream.port));
    await node.putCredentials([...WORK.map(credentialOf), signingCredential()]);
    const [pid = 0] = node.workerPids();
    execFileSync("taskset", ["-cp", String(MEASURED_CORE), String(pid)], { stdio: "ignore" });
    const measure = (index: number) => measureCall(node.settings.port, index, pid, Number(options.seconds));
    WORK.forEach((_work, index) => measure(index));
    const rounds = Array.from({ length: Number(options.rounds) }, () => WORK.map((_work, index) => measure(index)));
    print(rounds);
  } finally {
    await node.stop();
    await upstream.stop();
  }
}

/** One operation, one plan and one key for each; what a signature names has the first plan. */
function snapshotOf(upstreamPort: number): Snapshot {
  const shop = shopSnapshot([`http://127.0.0.1:${upstreamPort}`], {
    version: {
      operations: WORK.map(({ name, policies }, index) => ({
        id: index + 1,
        key: name,
        method: "GET",
        path: `/work${index}/{id}`,
        policies,
      })),
    },
  });
  const plans = WORK.map(({ limits = [limit("sliding-window")] }, index): PlanSnapshot => ({
    id: index + 1,
    product: "shop",
    plan: `plan${index}`,
    apiVersionIds: [1],
    limits: limits.map((one) => ({ ...one, id: index * 10 + one.id })),
  }));
  return { ...shop, plans };
}

function keyOf(index: number): string {
  return makeKey(`bench${index}`);
}

function credentialOf(_work: Work, index: number): CredentialEntry {
  const number = index + 10;
  return credentialFor(keyOf(index), {
    credential: number,
    application: number,
    subscriptions: [{ id: number, plan: index + 1 }],
  });
}

/** @returns microseconds of the worker's CPU time per call */
function measureCall(port: number, index: number, pid: number, seconds: number): number {
  const before = cpuMicroseconds([pid]);
  const url = `http://127.0.0.1:${port}/shop/v1/work${index}/7?page=2`;
  const work = WORK[index];
  const uses = (name: string) => work?.policies.some(({ policy }) => policy === name) === true;
  const fields = {
    "X-API-Key": keyOf(index),
    ...work?.fields,
    ...(uses("hmac-auth") && signGet(url)),
    ...(uses("jwt-validation") && { Authorization: `Bearer ${token}` }),
  };
  const headers = Object.entries(fields).flatMap(([name, value]) => ["-H", `${name}: ${value}`]);
  const output = execFileSync(
    "taskset",
    ["-c", String(CLIENT_CORE), "wrk", "-t1", "-c16", `-d${seconds}s`, ...headers, url],
    { encoding: "utf8" },
  );
  const requests = Number(/(\d+) requests in/.exec(output)?.[1]);
  if (output.includes("Non-2xx") && work?.name !== "redirect") {
    throw new Error(`calls of "${work?.name}" were refused:\n${output}`);
  }
  return (cpuMicroseconds([pid]) - before) / requests;
}

function print(rounds: readonly (readonly number[])[]): void {
  const whole = median(rounds.map((round) => round[0] ?? 0));
  console.log(
    `\nA call without any of them: ${whole.toFixed(1)} µs of CPU time. What each adds, median of ${rounds.length}:\n`,
  );
  WORK.forEach(({ name }, index) => {
    const added = median(rounds.map((round) => (round[index] ?? 0) - (round[0] ?? 0)));
    if (index > 0) {
      console.log(`${name.padEnd(38)}${added.toFixed(1).padStart(7)} µs`);
    }
  });
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((left, right) => left - right);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}

await main();

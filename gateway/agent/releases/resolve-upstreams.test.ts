import { pino } from "pino";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { DnsServer } from "../../testing/dns-server";
import { waitFor } from "../../testing/wait-for";
import { Problems } from "../problems";
import { DnsLookUp } from "./look-up";
import { UpstreamResolver } from "./resolve-upstreams";

type Answer = readonly string[] | Error | Promise<readonly string[]>;
let answers: Record<string, Answer>;
let ttlSeconds: number | undefined;
let asked: string[];
let problems: Problems;
let nowMs: number;
let resolver: UpstreamResolver;
const logger = pino({ level: "silent" });

beforeEach(() => {
  answers = {};
  ttlSeconds = 10;
  asked = [];
  nowMs = 0;
  problems = new Problems();
  resolver = new UpstreamResolver(
    problems,
    logger,
    async (host) => {
      asked.push(host);
      const answer = await answers[host];
      if (answer === undefined || answer instanceof Error) {
        throw answer ?? new Error("ENOTFOUND");
      }
      return { addresses: answer, ttlSeconds };
    },
    () => nowMs,
    () => 0,
  );
});

/** Lets time pass, and what is due then be answered. */
async function pass(milliseconds: number): Promise<boolean> {
  nowMs += milliseconds;
  const before = resolver.turn();
  await new Promise((resolve) => setImmediate(resolve));
  return resolver.turn() || before;
}

it("asks for names only, not for addresses", async () => {
  answers = { "a.test": ["10.0.0.1"] };
  expect(await resolver.resolve(["a.test", "10.1.1.1", "::1"])).toEqual({ "a.test": ["10.0.0.1"] });
  expect(asked).toEqual(["a.test"]);
});

it("asks again when the time to live is over, and not before", async () => {
  answers = { "a.test": ["10.0.0.1"] };
  await resolver.resolve(["a.test"]);
  await pass(9_999);
  expect(asked).toEqual(["a.test"]);
  await pass(1);
  expect(asked).toEqual(["a.test", "a.test"]);
});

it.each([
  ["at most once per second, however short the time to live", 0, 1_000],
  ["at least once per minute, however long", 86_400, 60_000],
  ["each half minute where nobody says how long an answer holds", undefined, 30_000],
])("asks %s", async (_name, ttl, dueMs) => {
  ttlSeconds = ttl;
  answers = { "a.test": ["10.0.0.1"] };
  await resolver.resolve(["a.test"]);
  await pass(dueMs - 1);
  expect(asked.length).toBe(1);
  await pass(1);
  expect(asked.length).toBe(2);
});

it("keeps the last good addresses when a name stops resolving, and says so until it resolves again", async () => {
  answers = { "a.test": ["10.0.0.1"] };
  await resolver.resolve(["a.test"]);
  answers = { "a.test": new Error("SERVFAIL") };
  await pass(10_000);
  expect(resolver.current()).toEqual({ "a.test": ["10.0.0.1"] });
  expect(problems.list()[0]?.message).toContain("a.test (last addresses kept)");
  answers = { "a.test": ["10.0.0.9"] };
  expect(await pass(5_000)).toBe(true);
  expect(resolver.current()).toEqual({ "a.test": ["10.0.0.9"] });
  expect(problems.list()).toEqual([]);
});

it("sees no change in the same answer", async () => {
  answers = { "a.test": ["10.0.0.1", "10.0.0.2"] };
  await resolver.resolve(["a.test"]);
  resolver.turn();
  expect(await pass(10_000)).toBe(false);
  expect(asked.length).toBe(2);
});

it("does not hold a release back for a slow name, nor other names while it is slow, and tells when it has come", async () => {
  let answer: (addresses: string[]) => void = () => undefined;
  answers = { "fast.test": ["10.0.0.1"], "slow.test": new Promise((resolve) => (answer = resolve)) };
  const since = performance.now();
  expect(await resolver.resolve(["fast.test", "slow.test"])).toEqual({ "fast.test": ["10.0.0.1"] });
  expect(performance.now() - since).toBeLessThan(2_000);
  resolver.turn();
  answers["fast.test"] = ["10.0.0.7"];
  expect(await pass(10_000)).toBe(true);
  answer(["10.0.0.2"]);
  await waitFor("the late answer", () => resolver.turn());
  expect(resolver.current()).toEqual({ "fast.test": ["10.0.0.7"], "slow.test": ["10.0.0.2"] });
  expect(asked.filter((host) => host === "slow.test").length).toBe(1);
});

describe("with a real DNS server", () => {
  let dns: DnsServer;
  let real: UpstreamResolver;

  beforeEach(async () => {
    dns = await DnsServer.start();
    dns.records.set("a.example.test", { ttlSeconds: 1, addresses: ["10.0.0.1"] });
    real = new UpstreamResolver(problems, logger, new DnsLookUp([dns.address], 100).lookUp);
    expect(await real.resolve(["a.example.test"])).toEqual({ "a.example.test": ["10.0.0.1"] });
    real.turn();
  });

  afterEach(() => dns.stop());

  it("takes a new address up when the time to live of the old one is over", async () => {
    const since = performance.now();
    dns.records.set("a.example.test", { ttlSeconds: 1, addresses: ["10.0.0.2"] });
    await waitFor("the new address", () => real.turn());
    expect(real.current()).toEqual({ "a.example.test": ["10.0.0.2"] });
    expect(performance.now() - since).toBeLessThan(2_500);
  });

  it.each([
    ["says that there is no such name", undefined],
    ["says nothing", "silent"],
  ] as const)("keeps the addresses when the server %s", async (_name, records) => {
    if (records === undefined) {
      dns.records.delete("a.example.test");
    } else {
      dns.records.set("a.example.test", records);
    }
    await waitFor(
      "the failure",
      () => {
        expect(real.turn()).toBe(false);
        return problems.list().length > 0;
      },
      15_000,
    );
    expect(real.current()).toEqual({ "a.example.test": ["10.0.0.1"] });
  });
});

import { pino } from "pino";
import { beforeEach, expect, it } from "vitest";
import { waitFor } from "../../testing/wait-for";
import { Problems } from "../problems";
import { UpstreamResolver } from "./resolve-upstreams";

type Answer = readonly string[] | Error | Promise<readonly string[]>;
let answers: Record<string, Answer>;
let asked: string[];
let problems: Problems;
let resolver: UpstreamResolver;

beforeEach(() => {
  answers = {};
  asked = [];
  problems = new Problems();
  resolver = new UpstreamResolver(problems, pino({ level: "silent" }), async (host) => {
    asked.push(host);
    const answer = await answers[host];
    if (answer === undefined || answer instanceof Error) {
      throw answer ?? new Error("ENOTFOUND");
    }
    return answer.map((address) => ({ address, family: address.includes(":") ? 6 : 4 }));
  });
});

const ignore = () => undefined;

it("asks for names only, not for addresses", async () => {
  answers = { "a.test": ["10.0.0.1"] };
  expect(await resolver.resolve(["a.test", "10.1.1.1", "::1"], ignore)).toEqual({ "a.test": ["10.0.0.1"] });
  expect(asked).toEqual(["a.test"]);
});

it("takes all IPv4 addresses, and IPv6 only when there is nothing else", async () => {
  answers = { "both.test": ["::1", "10.0.0.2", "10.0.0.1"], "six.test": ["fd00::1"] };
  expect(await resolver.resolve(["both.test", "six.test"], ignore)).toEqual({
    "both.test": ["10.0.0.1", "10.0.0.2"],
    "six.test": ["fd00::1"],
  });
});

it("asks the system's resolver, so that /etc/hosts counts", async () => {
  const system = new UpstreamResolver(problems, pino({ level: "silent" }));
  expect(await system.resolve(["localhost"], ignore)).toEqual({ localhost: ["127.0.0.1"] });
});

it("keeps the last good addresses when a name stops resolving, and says so until it resolves again", async () => {
  answers = { "a.test": ["10.0.0.1"] };
  await resolver.resolve(["a.test"], ignore);
  answers = { "a.test": new Error("SERVFAIL") };
  expect(await resolver.refresh()).toBe(false);
  expect(resolver.current()).toEqual({ "a.test": ["10.0.0.1"] });
  expect(problems.list()[0]?.message).toContain("a.test (last addresses kept)");
  answers = { "a.test": ["10.0.0.9"] };
  expect(await resolver.refresh()).toBe(true);
  expect(problems.list()).toEqual([]);
});

it("sees no change in an answer that is only rotated", async () => {
  answers = { "a.test": ["10.0.0.1", "10.0.0.2"] };
  await resolver.resolve(["a.test"], ignore);
  answers = { "a.test": ["10.0.0.2", "10.0.0.1"] };
  expect(await resolver.refresh()).toBe(false);
});

it("does not hold a release back for a slow name, and tells when it has come", async () => {
  let answer: (addresses: string[]) => void = ignore;
  answers = { "fast.test": ["10.0.0.1"], "slow.test": new Promise((resolve) => (answer = resolve)) };
  let isLate = false;
  const since = performance.now();
  expect(await resolver.resolve(["fast.test", "slow.test"], () => (isLate = true))).toEqual({
    "fast.test": ["10.0.0.1"],
  });
  expect(performance.now() - since).toBeLessThan(2_000);
  answer(["10.0.0.2"]);
  await waitFor("the late answer", () => isLate);
  expect(resolver.current()).toEqual({ "fast.test": ["10.0.0.1"], "slow.test": ["10.0.0.2"] });
});

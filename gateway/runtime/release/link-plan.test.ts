import { describe, expect, it } from "vitest";
import type { Limit } from "../../contract/bundle-types";
import { LARGEST_LOG_QUOTA, LONGEST_DELAY_SECONDS } from "../../contract/limits";
import { CALL_LOG_ENTRIES } from "../../policies/rate-limit/counter";
import { LONGEST_WAIT_SECONDS } from "../../policies/rate-limit/rule";
import { linkPlan, withOwnQuotas } from "./link-plan";

const OPERATION = 11;
const source = (limit: Partial<Limit>) =>
  ({
    id: 1,
    limits: [
      { id: 1, name: "l", algorithm: "sliding-log", quota: 10, windowSeconds: 60, scope: "subscription", ...limit },
    ],
    zones: undefined,
    chain: undefined,
  }) as Parameters<typeof linkPlan>[0];

describe("whatever a release or a subscription says", () => {
  it("a sliding log is held to what it can remember", () => {
    expect(CALL_LOG_ENTRIES).toBe(LARGEST_LOG_QUOTA);
    const operations = [{ operation: OPERATION, quota: 1500 }];
    const plan = linkPlan(source({ operations }));
    expect(plan.byOperation?.[OPERATION]?.rules[0]?.quota).toBe(LARGEST_LOG_QUOTA);
    expect(plan.byOperation?.[OPERATION]?.rateLimitPolicy).toBe('"l";q=1000;w=60');
    const own = withOwnQuotas(linkPlan(source({})), [{ limit: 1, quota: 1_000_000 }]);
    expect(own.rules[0]?.quota).toBe(LARGEST_LOG_QUOTA);
  });

  it("nobody waits in a leaky bucket for longer than a minute", () => {
    expect(LONGEST_WAIT_SECONDS).toBe(LONGEST_DELAY_SECONDS);
    const queue = { algorithm: "leaky-bucket" as const, quota: 60, burst: 50 };
    const plan = linkPlan(source({ ...queue, operations: [{ operation: OPERATION, quota: 1 }] }));
    expect(plan.rules[0]?.size).toBe(50);
    const own = [plan.byOperation?.[OPERATION], withOwnQuotas(linkPlan(source(queue)), [{ limit: 1, quota: 2 }])];
    for (const rule of own.map((ownPlan) => ownPlan?.rules[0])) {
      expect(rule!.size / rule!.drainPerSecond).toBe(LONGEST_DELAY_SECONDS);
    }
  });
});

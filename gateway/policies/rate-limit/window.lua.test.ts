import fc from "fast-check";
import { crc32 } from "node:zlib";
import { expect, it } from "vitest";
import { describeLua } from "../../testing/describe-lua";
import { playCase } from "../../testing/play-case";
import { playWindow, type WindowResult } from "../../testing/play-window";
import { algorithms, changingSteps, EPOCH } from "../../testing/window-sequences";
import type { CaseStep, StepResult } from "../case";
import { run } from "./run";

const RUNS = { numRuns: 300, seed: 20260802 } as const;

describeLua("random sequences on LuaJIT come out as on Node", (lua) => {
  it("of calls against one counter, through changes of the limit and a clock that steps back", async () => {
    const property = fc.asyncProperty(changingSteps, async (steps) => {
      const results = await lua().call<WindowResult[]>("window", { steps });
      const expected = playWindow(steps);
      expect(results.map(({ isAdmitted, seconds }) => ({ isAdmitted, seconds }))).toEqual(
        expected.map(({ isAdmitted, seconds }) => ({ isAdmitted, seconds })),
      );
    });
    await fc.assert(property, RUNS);
  });

  it("of requests of several subscriptions against plans of several limits of every scope", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(caseSteps, { minLength: 1, maxLength: 40 }), async (steps) => {
        const argument = { policy: "rate-limit", plan: {}, scene: {}, steps };
        const results = await lua().call<StepResult[]>("play", argument);
        const expected = playCase(run as never, {}, {}, steps, (text) => crc32(text));
        expect(results).toEqual(expected);
        expect(expected.map(({ faults }) => faults).join("")).toBe("");
      }),
      RUNS,
    );
  });
});

const limits = fc.uniqueArray(
  fc.record({
    id: fc.integer({ min: 1, max: 6 }),
    name: fc.constantFrom("burst", "day", "a b"),
    algorithm: algorithms,
    quota: fc.oneof(fc.integer({ min: 1, max: 4 }), fc.constant(1_000_000_000_000)),
    windowSeconds: fc.constantFrom(1, 7, 60, 10_000_000_000),
    scope: fc.constantFrom("subscription" as const, "application" as const, "operation" as const, "address" as const),
  }),
  { selector: ({ id }) => id, maxLength: 4 },
);

const caseSteps: fc.Arbitrary<CaseStep> = fc
  .record({
    limits,
    seconds: fc.double({ min: -20, max: 200, noNaN: true }),
    subscription: fc.constantFrom(1, 2, 1_048_577, 3_000_000_000),
    application: fc.constantFrom(0, 3, 4),
    operation: fc.constantFrom(11, 12),
    addressHigh: fc.constantFrom(0, 0x20010db8, 0xffffffff),
    addressLow: fc.constantFrom(1, 0x7f000001, 0xffffffff),
  })
  .map(({ limits: chosen, seconds, subscription, application, operation, addressHigh, addressLow }) => ({
    scene: { nowSeconds: EPOCH + seconds, addressHigh, addressLow },
    request: {
      limits: chosen,
      subscription,
      operation,
      ...(application !== 0 && {
        credential: { id: application, application, state: 1, expiresAt: 0, subscriptions: [] },
      }),
    },
    expect: { decision: "pass" as const },
  }));

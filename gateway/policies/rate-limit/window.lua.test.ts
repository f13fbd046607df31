import fc from "fast-check";
import { crc32 } from "node:zlib";
import { expect, it } from "vitest";
import { describeLua } from "../../testing/describe-lua";
import { playCase } from "../../testing/play-case";
import { playWindow, type WindowResult } from "../../testing/play-window";
import { changingSteps, limitSteps } from "../../testing/window-sequences";
import type { StepResult } from "../case";
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
      fc.asyncProperty(fc.array(limitSteps, { minLength: 1, maxLength: 40 }), async (steps) => {
        const argument = { policy: "rate-limit", plan: {}, scene: {}, steps };
        const results = await lua().call<StepResult[]>("play", argument);
        const expected = playCase({ run }, {}, {}, steps, (text) => crc32(text));
        expect(results).toEqual(expected);
        expect(expected.map(({ faults }) => faults).join("")).toBe("");
      }),
      RUNS,
    );
  });
});

import fc from "fast-check";
import { crc32 } from "node:zlib";
import { expect, it } from "vitest";
import { playCase } from "../../testing/play-case";
import { limitSteps } from "../../testing/window-sequences";
import type { CaseStep } from "../case";
import { run } from "./run";
import { runMany } from "./many-limits";
import type { PolicyRun } from "../types";

it("a single window, limits written out and limits in a loop decide, charge and tell the same", () => {
  const play = (steps: readonly CaseStep[], policy: PolicyRun<never>) =>
    playCase({ run: policy }, {}, {}, steps, (text) => crc32(text));
  const inLoop: PolicyRun<never> = (_plan, request, host) => {
    const plan = request.plan?.byOperation?.[request.operation] ?? request.plan;
    request.plan = plan;
    return plan === undefined || plan.rules.length === 0 ? undefined : runMany(plan.rules, request, host);
  };
  const property = fc.property(fc.array(limitSteps, { minLength: 1, maxLength: 40 }), (steps) => {
    const written = play(steps, run);
    expect(written).toEqual(play(steps, inLoop));
    expect(written.at(-1)?.faults).toBe("");
  });
  fc.assert(property, { numRuns: 1000, seed: 20260811 });
});

import type { ChainStep } from "../contract/bundle-types";
import type { RuntimeChain } from "./bundle";
import { POLICY_RUNS } from "./policies";

/**
 * Compiles the steps of a chain into one function that calls each policy in order and returns the first decision. Generated code, so
 * that nothing loops, filters or looks up a policy per request.
 * @throws when a policy is unknown: a release is taken up whole or not at all
 */
export function compileChain(steps: readonly ChainStep[]): RuntimeChain {
  const runs: unknown[] = [];
  const plans: unknown[] = [];
  for (const step of steps) {
    const run = POLICY_RUNS.get(step.policy);
    if (run === undefined) {
      error(`unknown policy "${step.policy}"`);
    }
    runs.push(run);
    plans.push(step.plan);
  }
  const [chunk, problem] = loadstring(chainSource(steps.length), "=chain");
  if (chunk === undefined) {
    return error(`a chain does not compile: ${problem}`);
  }
  return (chunk as (this: void, runs: unknown, plans: unknown) => RuntimeChain)(runs, plans);
}

function chainSource(count: number): string {
  let locals = "local runs, plans = ...\n";
  let calls = "";
  for (const index of $range(1, count)) {
    locals += `local run${index}, plan${index} = runs[${index}], plans[${index}]\n`;
    calls += `decision = run${index}(plan${index}, request, host)\nif decision then return decision end\n`;
  }
  return `${locals}return function(request, host)\nlocal decision\n${calls}return nil\nend`;
}

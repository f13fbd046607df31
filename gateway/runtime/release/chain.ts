import type { ChainStep } from "../../contract/bundle-types";
import type { PolicyChain, PolicySteps } from "../../policies/types";
import { POLICY_STEPS } from "./policies";

/** Together with the phase around them they fit into one trace. */
const USUAL = new LuaSet<string>();
USUAL.add("cors");
USUAL.add("key-auth");
USUAL.add("subscription");
USUAL.add("rate-limit");

/**
 * Compiles the steps of a chain into two functions: one calls the access step of each policy in order and returns the first decision, the
 * other calls the response steps. Generated code, so that nothing loops, filters or looks up a policy per request.
 *
 * Before a policy that somebody has attached stands a call that LuaJIT does not compile (a match of nothing): there it ends one trace and begins
 * another. Without it, one trace would have to hold the phase with all policies, fail at that ("too many spill slots"), and leave the phase
 * of every request to the interpreter.
 * @throws when a policy is unknown: a release is taken up whole or not at all
 */
export function compileChain(steps: readonly ChainStep[]): PolicyChain {
  const runs: unknown[] = [];
  const cuts: boolean[] = [];
  const names: string[] = [];
  const runPlans: unknown[] = [];
  const responds: unknown[] = [];
  const respondNames: string[] = [];
  const respondPlans: unknown[] = [];
  let shapesAlways = false;
  for (const step of steps) {
    const policy = POLICY_STEPS.get(step.policy);
    if (policy === undefined) {
      return error(`unknown policy "${step.policy}"`);
    }
    const plan: unknown = policy.prepare === undefined ? step.plan : policy.prepare(step.plan as never);
    if (policy.run !== undefined) {
      runs.push(policy.run);
      cuts.push(!USUAL.has(step.policy));
      names.push(step.policy);
      runPlans.push(plan);
    }
    if (policy.respond !== undefined) {
      responds.push(policy.respond);
      respondNames.push(step.policy);
      respondPlans.push(plan);
      shapesAlways = shapesAlways || shapesEvery(policy, plan);
    }
  }
  return {
    decide: generate(decideSource(cuts, names), runs, runPlans) as PolicyChain["decide"],
    respond: generate(respondSource(respondNames), responds, respondPlans) as PolicyChain["respond"],
    shapesAlways,
  };
}

function shapesEvery(policy: PolicySteps, plan: unknown): boolean {
  return policy.shapesAlways === undefined ? policy.run === undefined : policy.shapesAlways(plan as never);
}

type Factory = (this: void, functions: unknown, plans: unknown) => unknown;

/**
 * Source → what makes functions of it. Chains of the same policies are the same code over other plans: so LuaJIT compiles it once, however many
 * API versions there are. With code of its own for each, it would run out of room for traces and leave them all to the interpreter.
 */
const factories = new LuaTable<string, Factory>();

function generate(source: string, functions: readonly unknown[], plans: readonly unknown[]): unknown {
  const factory = factories.get(source) ?? load(source);
  return factory(functions, plans);
}

function load(source: string): Factory {
  const [chunk, problem] = loadstring(source, "=chain");
  if (chunk === undefined) {
    return error(`a chain does not compile: ${problem}`);
  }
  const factory = chunk as Factory;
  factories.set(source, factory);
  return factory;
}

/** A chain within a chain (a plan's, run by the policy subscription) has named the policy already. */
function decideSource(cuts: readonly boolean[], names: readonly string[]): string {
  const count = cuts.length;
  let calls = "";
  for (const index of $range(1, count)) {
    calls += cuts[index - 1] === true ? 'cut("", "")\n' : "";
    calls += `decision = step${index}(plan${index}, request, host)\n`;
    calls += `if decision then if request.decidedBy == "" then request.decidedBy = "${names[index - 1]}" end return decision end\n`;
  }
  return `${localsSource(count)}return function(request, host)\nlocal decision\n${calls}return nil\nend`;
}

function respondSource(names: readonly string[]): string {
  const count = names.length;
  let calls = "";
  for (const index of $range(1, count)) {
    calls += `step${index}(plan${index}, request, response, host) -- ${names[index - 1]}\n`;
  }
  return `${localsSource(count)}return function(request, response, host)\n${calls}end`;
}

function localsSource(count: number): string {
  let locals = "local steps, plans = ...\nlocal cut = string.match\n";
  for (const index of $range(1, count)) {
    locals += `local step${index}, plan${index} = steps[${index}], plans[${index}]\n`;
  }
  return locals;
}

import type { Plan, PlansChunk } from "../contract/bundle-types";
import type { CompiledPart } from "./compiled-part";
import { compileChain, type CompiledChain } from "./compile-chain";
import { compileLimits } from "./compile-limits";
import { intoPieces } from "./into-pieces";
import type { CompileProblem, PlanSnapshot, Snapshot } from "./snapshot";
import { zoneTable } from "./zone-table";

export function compilePlans(snapshot: Snapshot): CompiledPart[] {
  const versions = new Map(snapshot.apiVersions.map((version) => [version.id, version]));
  const compiled = snapshot.plans.map((plan) => {
    const operations = plan.apiVersionIds.flatMap((id) => versions.get(id)?.operations ?? []);
    return { plan, ...compileLimits(plan, operations), chain: compilePlanChain(plan) };
  });
  const problems = compiled.flatMap(({ plan, problems: ofLimits, chain }) => [
    ...ofLimits,
    ...findProblems(plan, versions),
    ...chain.problems,
  ]);
  if (problems.length > 0) {
    return [{ name: "plans", chunk: undefined, problems }];
  }
  const plans = compiled.map(({ plan, limits, chain }): Plan => ({
    id: plan.id,
    product: plan.product,
    plan: plan.plan,
    limits,
    grants: [...plan.apiVersionIds].sort((left, right) => left - right),
    ...(chain.steps.length > 0 && { chain: chain.steps }),
  }));
  return intoPieces("plans", plans).map(({ name, items }) => ({
    name,
    chunk: { kind: "plans", ...zonesOf(items), plans: items },
    problems: [],
  }));
}

function zonesOf(plans: readonly Plan[]): Pick<PlansChunk, "zones"> {
  const names = plans.flatMap(({ limits }) => limits.flatMap(({ calendar }) => calendar?.zone ?? []));
  return names.length === 0
    ? {}
    : { zones: Object.fromEntries([...new Set(names)].sort().map((zone) => [zone, zoneTable(zone)])) };
}

export function compilePlanChain(plan: Pick<PlanSnapshot, "product" | "plan" | "policies">): CompiledChain {
  const place = placeOf(plan);
  const policies = plan.policies ?? [];
  return compileChain([], [{ scope: "plan", place, policies }], { basePath: "", operation: undefined }, place);
}

function placeOf({ product, plan }: Pick<PlanSnapshot, "product" | "plan">): string {
  return `products/${product}/plans/${plan}`;
}

function findProblems(plan: PlanSnapshot, versions: ReadonlyMap<number, unknown>): CompileProblem[] {
  return plan.apiVersionIds.some((id) => !versions.has(id))
    ? [{ code: "api_version_unknown", message: "it offers an API version that is not there", place: placeOf(plan) }]
    : [];
}

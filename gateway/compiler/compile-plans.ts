import { limitSchema } from "../contract/bundle";
import type { CompiledPart } from "./compile";
import type { CompileProblem, PlanSnapshot, Snapshot } from "./snapshot";

export function compilePlans(snapshot: Snapshot): CompiledPart {
  const known = new Set(snapshot.apiVersions.map((version) => version.id));
  return {
    name: "plans",
    chunk: {
      kind: "plans",
      plans: snapshot.plans.map((plan) => ({
        id: plan.id,
        product: plan.product,
        plan: plan.plan,
        limits: plan.limits.map((limit) => ({ ...limit })),
        grants: [...plan.apiVersionIds].sort((left, right) => left - right),
      })),
    },
    problems: snapshot.plans.flatMap((plan) => findProblems(plan, known)),
  };
}

function findProblems(plan: PlanSnapshot, known: ReadonlySet<number>): CompileProblem[] {
  const place = `products/${plan.product}/plans/${plan.plan}`;
  const problems: CompileProblem[] = [];
  const names = new Set<string>();
  for (const limit of plan.limits) {
    const decoded = limitSchema.safeParse(limit);
    for (const issue of decoded.success ? [] : decoded.error.issues) {
      const field = issue.path.map(String).join(".");
      problems.push({
        code: "limit_invalid",
        message: `${field}: ${issue.message}`,
        place: `${place}/limits/${limit.name}`,
      });
    }
    if (names.has(limit.name)) {
      const message = `two limits are named "${limit.name}": callers could not tell them apart`;
      problems.push({ code: "limit_name_taken", message, place: `${place}/limits/${limit.name}` });
    }
    names.add(limit.name);
  }
  if (plan.apiVersionIds.some((id) => !known.has(id))) {
    problems.push({ code: "api_version_unknown", message: "it offers an API version that is not there", place });
  }
  return problems;
}

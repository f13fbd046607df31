import {
  findLimitProblems,
  largestCost,
  limitSchema,
  PERIOD_SECONDS,
  type Limit,
  type LimitFields,
  type OperationLimit,
} from "../contract/bundle";
import type { CompileProblem, LimitSnapshot, OperationSnapshot, PlanSnapshot } from "./snapshot";

/** What the compiled limit no longer tells. */
const LOST_FIELDS: readonly (keyof LimitFields)[] = ["timeZone", "costs", "operationQuotas"];

export interface CompiledLimits {
  readonly limits: readonly Limit[];
  readonly problems: readonly CompileProblem[];
}

/**
 * The limits of a plan as a worker wants them, and everything that is wrong with them.
 * @param operations of all API versions that the plan offers
 */
export function compileLimits(plan: PlanSnapshot, operations: readonly OperationSnapshot[]): CompiledLimits {
  const problems: CompileProblem[] = [];
  const names = new Set<string>();
  const limits = plan.limits.map((limit) => {
    const place = `products/${plan.product}/plans/${plan.plan}/limits/${limit.name}`;
    if (names.has(limit.name)) {
      const message = `two limits are named "${limit.name}": callers could not tell them apart`;
      problems.push({ code: "limit_name_taken", message, place });
    }
    names.add(limit.name);
    const compiled = compileLimit(limit, operations);
    problems.push(...findProblems(limit, compiled, operations).map((problem) => ({ ...problem, place })));
    return compiled;
  });
  return { limits, problems };
}

function compileLimit(limit: LimitSnapshot, operations: readonly OperationSnapshot[]): Limit {
  const { id, name, algorithm, quota, scope, burst, unit, mode, counts, header, claim, period } = limit;
  const own = compileOperations(limit, operations);
  return {
    id,
    name,
    algorithm,
    quota,
    windowSeconds:
      algorithm === "concurrency" ? 0 : period === undefined ? limit.windowSeconds : PERIOD_SECONDS[period],
    scope,
    ...(burst !== undefined && { burst }),
    ...(unit === "bytes" && { unit }),
    ...(mode === "shadow" && { mode }),
    ...(counts !== undefined && counts !== "admitted" && { counts }),
    ...(header !== undefined && { header: `http_${header.toLowerCase().replaceAll("-", "_")}` }),
    ...(claim !== undefined && { claim }),
    ...(period !== undefined && { calendar: { period, zone: limit.timeZone ?? "UTC" } }),
    ...(own.length > 0 && { operations: own }),
  };
}

/** What is keyed by operation holds in every API version that has an operation of that key. */
function compileOperations(
  { costs = {}, operationQuotas = {} }: LimitSnapshot,
  operations: readonly OperationSnapshot[],
): OperationLimit[] {
  return operations
    .filter(({ key }) => Object.hasOwn(costs, key) || Object.hasOwn(operationQuotas, key))
    .map(({ id, key }) => ({
      operation: id,
      ...(Object.hasOwn(costs, key) && { cost: costs[key] ?? 1 }),
      ...(Object.hasOwn(operationQuotas, key) && { quota: operationQuotas[key] ?? 1 }),
    }))
    .sort((left, right) => left.operation - right.operation);
}

function findProblems(limit: LimitSnapshot, compiled: Limit, operations: readonly OperationSnapshot[]) {
  const problems: { code: string; message: string }[] = [];
  const invalid = (message: string) => problems.push({ code: "limit_invalid", message });
  const decoded = limitSchema.safeParse(compiled);
  for (const issue of decoded.success ? [] : decoded.error.issues) {
    invalid(`${issue.path.map(String).join(".")}: ${issue.message}`);
  }
  if (!decoded.success && decoded.error.issues.every(({ code }) => code !== "custom")) {
    // The schema stops before its own rules when a field is wrong by itself.
    findLimitProblems(limit)
      .filter(({ field }) => !LOST_FIELDS.includes(field))
      .forEach(({ field, message }) => invalid(`${field}: ${message}`));
  }
  findLimitProblems(limit)
    .filter(({ field }) => LOST_FIELDS.includes(field))
    .forEach(({ field, key, message }) =>
      invalid(key === undefined ? `${field}: ${message}` : `${field}: "${key}": ${message}`),
    );
  const known = new Set(operations.map(({ key }) => key));
  for (const key of new Set([...Object.keys(limit.costs ?? {}), ...Object.keys(limit.operationQuotas ?? {})])) {
    if (!known.has(key)) {
      const message = `no API version of the plan has an operation "${key}"`;
      problems.push({ code: "limit_operation_unknown", message });
    }
  }
  for (const [key, cost] of Object.entries(limit.costs ?? {})) {
    if (cost > largestCost(limit, limit.operationQuotas?.[key] ?? limit.quota)) {
      invalid(`costs: a call of "${key}" costs ${cost}, more than there ever is`);
    }
  }
  return problems;
}

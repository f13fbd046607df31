import type { ApiVersionChunk, ChainStep } from "../contract/bundle";
import { POLICIES } from "../policies/index";
import { checkRoutes } from "./check-routes";
import type { CompiledPart } from "./compile";
import { findOrderViolations } from "./order-chain";
import { parsePathTemplate } from "./path-template";
import { buildRouteTree, type Route } from "./route-tree";
import type { ApiVersionSnapshot, CompileProblem } from "./snapshot";

/** What every operation runs today; policies attached by owners come to stand between these. */
const OPERATION_CHAIN = ["key-auth", "subscription", "rate-limit"] as const;

export function compileApiVersion(version: ApiVersionSnapshot): CompiledPart {
  const place = `apis/${version.api}/versions/${version.version}`;
  const name = `${version.api} ${version.version}`;
  const chain = compileChain(OPERATION_CHAIN, place);
  const problems = [...findProblems(version, place), ...chain.problems];
  if (problems.length > 0) {
    return { name, chunk: undefined, problems };
  }
  const chunk: ApiVersionChunk = {
    kind: "api-version",
    id: version.id,
    api: version.api,
    version: version.version,
    basePath: version.basePath,
    upstream: version.upstream.id,
    operations: version.operations.map(({ id, key }) => ({ id, key, chain: 0 })),
    chains: [chain.steps],
    routes: buildRouteTree(version.operations.map(toRoute)),
  };
  return { name, chunk, problems: [] };
}

/** Plans a chain of policies with their default configuration and checks its order. */
export function compileChain(
  names: readonly string[],
  place: string,
  configs: Readonly<Record<string, unknown>> = {},
): { steps: ChainStep[]; problems: CompileProblem[] } {
  const problems: CompileProblem[] = [];
  const chosen = names.flatMap((name) => {
    const policy = POLICIES.find((candidate) => candidate.manifest.name === name);
    if (policy === undefined) {
      problems.push({ code: "policy_unknown", message: `there is no policy "${name}"`, place });
      return [];
    }
    return [policy];
  });
  for (const message of findOrderViolations(chosen.map((policy) => policy.manifest))) {
    problems.push({ code: "policy_order", message, place });
  }
  const steps = chosen.map((policy) => ({
    policy: policy.manifest.name,
    plan: policy.plan(configs[policy.manifest.name] ?? {}),
  }));
  return { steps, problems };
}

function findProblems(version: ApiVersionSnapshot, place: string): CompileProblem[] {
  const problems: CompileProblem[] = [];
  if (version.operations.length === 0) {
    problems.push({
      code: "operations_missing",
      message: `${version.api} ${version.version} has no operations`,
      place,
    });
  }
  if (!isBasePath(version.basePath)) {
    problems.push({
      code: "base_path_invalid",
      message: `"${version.basePath}" is not a base path: it starts with a slash, ends without one and has no parameters`,
      place: `${place}/basePath`,
    });
  }
  for (const problem of checkRoutes(version.operations)) {
    const operation = encodeURIComponent(`${problem.method} ${problem.path}`);
    problems.push({ code: problem.code, message: problem.message, place: `${place}/operations/${operation}` });
  }
  return problems;
}

function isBasePath(basePath: string): boolean {
  if (basePath === "") {
    return true;
  }
  const template = parsePathTemplate(basePath);
  return template.ok && template.segments.every((segment) => segment.kind === "literal" && segment.text !== "");
}

function toRoute(operation: ApiVersionSnapshot["operations"][number], index: number): Route {
  const template = parsePathTemplate(operation.path);
  if (!template.ok) {
    throw new Error(`checkRoutes let ${operation.path} pass: ${template.message}`);
  }
  return { method: operation.method, segments: template.segments, operation: index };
}

import type { ApiVersionChunk, ChainStep } from "../contract/bundle";
import { createSchemaTable } from "../policies/config/compile-schema";
import type { SchemaTable } from "../policies/config/schema-table";
import { checkRoutes } from "./check-routes";
import type { CompiledPart } from "./compiled-part";
import { compileChain, dependsOnOperation, type CompiledChain } from "./compile-chain";
import { openDocument, type OpenDocument } from "./document/open-document";
import { conditionsOf, fieldKey, rankOf, versionFieldOf } from "./conditions";
import { parsePathTemplate } from "./path-template";
import { buildRouteTree, type Route } from "./route-tree";
import type { ApiVersionSnapshot, CompileProblem, OperationSnapshot } from "./snapshot";

/** What every operation runs by itself; what is attached comes to stand between these, in their place, or takes them out. */
const OPERATION_DEFAULTS = ["key-auth", "subscription", "rate-limit"] as const;

export function compileApiVersion(version: ApiVersionSnapshot): CompiledPart {
  const place = placeOf(version);
  const name = `${version.api} ${version.version}`;
  const shared = shareDocument(version);
  const compiled = compileChains(version, shared);
  const problems = [...findProblems(version, place), ...distinct(compiled.flatMap((chain) => chain.problems))];
  if (problems.length > 0) {
    return { name, chunk: undefined, problems };
  }
  const { chains, indexes } = shareChains(compiled.map(({ steps }) => steps));
  const chunk: ApiVersionChunk = {
    kind: "api-version",
    id: version.id,
    api: version.api,
    version: version.version,
    basePath: version.basePath,
    ...compileRouting(version),
    upstream: version.upstream.id,
    operations: version.operations.map(({ id, key }, index) => ({ id, key, chain: indexes[index] ?? 0 })),
    chains,
    ...(shared.schemas.nodes.length > 0 && { schemas: shared.schemas.nodes.map((node) => ({ ...node })) }),
    routes: buildRouteTree(version.operations.map(toRoute)),
  };
  return { name, chunk, problems: [] };
}

/** Nothing for a version that is found by its base path alone. */
function compileRouting(
  version: ApiVersionSnapshot,
): Pick<ApiVersionChunk, "hosts" | "conditions" | "rank" | "versionField" | "keepsBasePath"> {
  const { hosts = [], basePath } = version.routing ?? {};
  const conditions = conditionsOf(version);
  const versionField = versionFieldOf(version.versioning);
  return {
    ...(hosts.length > 0 && { hosts }),
    ...(conditions.length > 0 && { conditions, rank: rankOf(conditions) }),
    ...(versionField !== undefined && { versionField }),
    ...(basePath === "keep" && { keepsBasePath: true }),
  };
}

/** One per operation; made once for all that have nothing of their own. */
function compileChains(version: ApiVersionSnapshot, shared: SharedDocument): CompiledChain[] {
  const everyOther = dependsOnOperation(version.policies ?? []);
  let common: CompiledChain | undefined;
  return version.operations.map((operation) => {
    if (everyOther || (operation.policies ?? []).length > 0) {
      return compileOperationChain(version, operation, shared);
    }
    common ??= compileOperationChain(version, operation, shared);
    return common;
  });
}

/** What the chains of an API version have in common. */
export interface SharedDocument {
  readonly document: OpenDocument | undefined;
  /** Schemas of the chunk. */
  readonly schemas: SchemaTable;
}

export function shareDocument(version: Pick<ApiVersionSnapshot, "document">): SharedDocument {
  return { document: openDocument(version.document), schemas: createSchemaTable() };
}

/**
 * The chain that an operation's requests run through after they were routed, and where each policy of it comes from.
 * @param shared of all operations of the API version
 */
export function compileOperationChain(
  version: Pick<ApiVersionSnapshot, "api" | "version" | "basePath" | "policies">,
  operation: OperationSnapshot,
  shared: SharedDocument,
): CompiledChain {
  const place = placeOf(version);
  const { key, method, path } = operation;
  return compileChain(
    OPERATION_DEFAULTS,
    [
      { scope: "api-version", place, policies: version.policies ?? [] },
      { scope: "operation", place: operationPlace(place, operation), policies: operation.policies ?? [] },
    ],
    {
      basePath: version.basePath,
      operation: { key, method, path, document: shared.document?.operation(method, path) },
      schemas: shared.schemas,
    },
    operationPlace(place, operation),
  );
}

function placeOf(version: Pick<ApiVersionSnapshot, "api" | "version">): string {
  return `apis/${version.api}/versions/${version.version}`;
}

function operationPlace(place: string, operation: { readonly method: string; readonly path: string }): string {
  return `${place}/operations/${encodeURIComponent(`${operation.method} ${operation.path}`)}`;
}

/** What is wrong with the API version's own policies shows in every operation, and is said once. */
function distinct(problems: readonly CompileProblem[]): CompileProblem[] {
  return [...new Map(problems.map((problem) => [JSON.stringify(problem), problem])).values()];
}

/** Operations with the same steps share one chain: most do. */
function shareChains(all: readonly (readonly ChainStep[])[]): { chains: (readonly ChainStep[])[]; indexes: number[] } {
  const chains: (readonly ChainStep[])[] = [];
  const known = new Map<string, number>();
  const indexes = all.map((steps) => {
    const text = JSON.stringify(steps);
    const index = known.get(text) ?? chains.push(steps) - 1;
    known.set(text, index);
    return index;
  });
  return { chains, indexes };
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
  problems.push(...findRepeatedConditions(version, place));
  for (const problem of checkRoutes(version.operations)) {
    problems.push({ code: problem.code, message: problem.message, place: operationPlace(place, problem) });
  }
  return problems;
}

function findRepeatedConditions(version: ApiVersionSnapshot, place: string): CompileProblem[] {
  const keys = conditionsOf(version).map(fieldKey);
  const repeated = keys.find((key, index) => keys.indexOf(key) !== index);
  return repeated === undefined
    ? []
    : [
        {
          code: "condition_repeated",
          message: `${version.api} ${version.version} has two conditions on the ${repeated.replace(" ", " field ")}: one says it all`,
          place: `${place}/routing`,
        },
      ];
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

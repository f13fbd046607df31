import type { ApiVersionChunk, ChainStep, RouteNode } from "../../contract/bundle-types";
import type { PolicyChain } from "../../policies/types";
import type { RuntimeApiVersion, RuntimeNode, RuntimeOperation } from "./bundle";
import { compileChain } from "./chain";
import { shareChain } from "./share-chain";
import type { MountedVersion } from "../routing/mount-routes";
import { makeTidy } from "../routing/tidy-request";

/** A decoded API version, kept as long as a release names its chunk: publishing one API decodes one chunk. */
export interface DecodedVersion extends MountedVersion {
  /** Whether the policy response-cache is attached to one of its operations. */
  readonly hasCache: boolean;
  readonly apiVersion: RuntimeApiVersion;
}

export function decodeVersion(chunk: ApiVersionChunk): DecodedVersion {
  const chains = chunk.chains.map((steps) => linkChain(steps, chunk.schemas));
  const preflights = chunk.chains.map((steps) => compilePreflight(steps));
  const apiVersion: RuntimeApiVersion = {
    id: chunk.id,
    basePath: chunk.basePath,
    upstreamFrom: chunk.keepsBasePath === true ? 1 : chunk.basePath.length + 1,
    tidy: makeTidy(chunk.conditions ?? [], chunk.versionField),
    keepsAnswers: false,
    upstream: undefined,
    upstreamId: chunk.upstream,
  };
  const operations: RuntimeOperation[] = chunk.operations.map((operation) => {
    const chain = chains[operation.chain];
    const preflight = preflights[operation.chain];
    return chain === undefined
      ? error(`operation ${operation.key} names a chain that is not there`)
      : { id: operation.id, chain, preflight: preflight === false ? undefined : preflight, apiVersion };
  });
  linkOperations(chunk.routes, operations);
  return {
    hasCache: chunk.chains.some((steps) => steps.some((step) => step.policy === "response-cache")),
    apiVersion,
    id: chunk.id,
    basePath: chunk.basePath,
    routes: chunk.routes as unknown as RuntimeNode,
    hosts: chunk.hosts,
    conditions: chunk.conditions ?? [],
    rank: chunk.rank ?? 0,
    versionField: chunk.versionField,
  };
}

/** What goes by the schemas of its API version is no chain for another one. */
function linkChain(steps: readonly ChainStep[], schemas: ApiVersionChunk["schemas"]): PolicyChain {
  let sharesSchemas = false;
  for (const { plan } of steps) {
    if (plan.sharesSchemas === true) {
      sharesSchemas = true;
      (plan as { nodes?: unknown }).nodes = schemas ?? error("a policy goes by schemas that are not there");
    }
  }
  return sharesSchemas ? compileChain(steps) : shareChain(steps);
}

/** False, because Lua arrays have no holes. */
function compilePreflight(steps: readonly ChainStep[]): PolicyChain | false {
  const cors = steps.filter((step) => step.policy === "cors");
  return cors.length === 0 ? false : shareChain(cors);
}

/** Replaces the operation indexes of a freshly decoded tree by the operations, in place: the decoded tables become the tree. */
function linkOperations(node: RouteNode, operations: readonly RuntimeOperation[]): void {
  const linked = node as unknown as RuntimeNode;
  if (node.methods !== undefined) {
    const methods = new LuaTable<string, RuntimeOperation>();
    for (const [method, index] of pairs(node.methods as unknown as LuaTable<string, number>)) {
      const operation = operations[index];
      methods.set(method, operation ?? error(`a route names operation ${index}, which is not there`));
    }
    linked.methods = methods;
  }
  if (linked.literals !== undefined) {
    for (const [, child] of pairs(linked.literals)) {
      linkOperations(child as unknown as RouteNode, operations);
    }
  }
  if (node.parameter !== undefined) {
    linkOperations(node.parameter, operations);
  }
  if (node.patterns !== undefined) {
    for (const pattern of node.patterns) {
      linkOperations(pattern.node, operations);
    }
  }
}

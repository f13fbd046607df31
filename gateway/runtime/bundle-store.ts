import * as json from "cjson.safe";
import type { ApiVersionChunk, PlansChunk, RouteNode, SettingsChunk, UpstreamsChunk } from "../contract/bundle-types";
import { STATE_FILES, type ActiveState } from "../contract/shared-memory";
import type { RuntimePlan } from "../policies/types";
import type { RuntimeApiVersion, RuntimeBundle, RuntimeNode, RuntimeOperation } from "./bundle";
import { compileChain } from "./chain";
import { readFile } from "./host/memory";
import { mountRoutes, type MountedVersion } from "./mount-routes";
import { linkUpstreams } from "./upstreams";

/** A decoded API version, kept as long as a release names its chunk: publishing one API decodes one chunk. */
interface DecodedVersion extends MountedVersion {
  readonly apiVersion: RuntimeApiVersion;
}

let decoded = new LuaTable<string, DecodedVersion>();
let current: RuntimeBundle | undefined;

export function currentBundle(): RuntimeBundle | undefined {
  return current;
}

/**
 * Reads active.json and the chunks it names, links them and swaps the worker over. Requests in flight keep the release they started
 * with. Throws, and changes nothing, when any of it cannot be used.
 */
export function activateBundle(stateDirectory: string): RuntimeBundle {
  const active = readJson<ActiveState>(`${stateDirectory}/${STATE_FILES.active}`);
  const versions: DecodedVersion[] = [];
  const kept = new LuaTable<string, DecodedVersion>();
  let settings: SettingsChunk | undefined;
  let plans: PlansChunk | undefined;
  let upstreams: UpstreamsChunk | undefined;
  for (const { kind, sha256 } of active.chunks) {
    const path = `${stateDirectory}/${STATE_FILES.chunks}/${sha256}.json`;
    if (kind === "api-version") {
      const version = decoded.get(sha256) ?? decodeVersion(readJson<ApiVersionChunk>(path));
      kept.set(sha256, version);
      versions.push(version);
    } else if (kind === "settings") {
      settings = readJson<SettingsChunk>(path);
    } else if (kind === "plans") {
      plans = readJson<PlansChunk>(path);
    } else if (kind === "upstreams") {
      upstreams = readJson<UpstreamsChunk>(path);
    } else {
      error(`unknown chunk kind "${kind}"`);
    }
  }
  if (settings === undefined || plans === undefined || upstreams === undefined) {
    return error("the release lacks its settings, plans or upstreams");
  }
  const linked = linkUpstreams(upstreams, active.addresses);
  for (const { apiVersion } of versions) {
    const upstream = linked.get(apiVersion.upstreamId);
    if (upstream === undefined) {
      error(`the release lacks upstream ${apiVersion.upstreamId}`);
    }
  }
  const bundle: RuntimeBundle = {
    release: active.release,
    releaseText: string.format("%d", active.release),
    portalUrl: settings.portalUrl,
    routes: mountRoutes(versions),
    chain: compileChain(settings.chain),
    ...linkPlans(plans),
  };
  for (const { apiVersion } of versions) {
    apiVersion.upstream = linked.get(apiVersion.upstreamId);
  }
  decoded = kept;
  current = bundle;
  return bundle;
}

function readJson<T>(path: string): T {
  const text = readFile(path);
  if (text === undefined) {
    return error(`${path} is missing`);
  }
  const [value, problem] = json.decode(text);
  if (value === undefined) {
    return error(`${path} is not JSON: ${problem}`);
  }
  return value as T;
}

function decodeVersion(chunk: ApiVersionChunk): DecodedVersion {
  const chains = chunk.chains.map((steps) => compileChain(steps));
  const apiVersion: RuntimeApiVersion = {
    id: chunk.id,
    basePath: chunk.basePath,
    upstream: undefined,
    upstreamId: chunk.upstream,
  };
  const operations: RuntimeOperation[] = chunk.operations.map((operation) => {
    const chain = chains[operation.chain];
    return chain === undefined
      ? error(`operation ${operation.key} names a chain that is not there`)
      : { id: operation.id, chain, apiVersion };
  });
  linkOperations(chunk.routes, operations);
  return { apiVersion, basePath: chunk.basePath, routes: chunk.routes as unknown as RuntimeNode };
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

function linkPlans(chunk: PlansChunk): Pick<RuntimeBundle, "plans" | "grants"> {
  const plans = new LuaTable<number, RuntimePlan>();
  const grants = new LuaTable<number, LuaSet<number>>();
  for (const plan of chunk.plans) {
    const items: string[] = [];
    for (const limit of plan.limits) {
      items.push(`"${limit.name}";q=${string.format("%d", limit.quota)};w=${string.format("%d", limit.windowSeconds)}`);
    }
    plans.set(plan.id, { id: plan.id, limits: plan.limits, rateLimitPolicy: items.join(", ") });
    const covered = new LuaSet<number>();
    for (const apiVersion of plan.grants) {
      covered.add(apiVersion);
    }
    grants.set(plan.id, covered);
  }
  return { plans, grants };
}

import type { ApiVersionChunk, PlansChunk, SettingsChunk, UpstreamsChunk } from "../../contract/bundle-types";
import { STATE_FILES, type ActiveState } from "../../contract/shared-memory";
import type { RuntimePlan } from "../../policies/types";
import type { RuntimeBundle, RuntimeUpstream } from "./bundle";
import { decodeVersion, type DecodedVersion } from "./decode-version";
import { fieldReader } from "../routing/field-reader";
import { readJsonFile } from "../host/json-file";
import { giveWay } from "../host/turns";
import { linkHosts } from "../routing/hosts";
import { linkPlan } from "./link-plan";
import { mountRoutes } from "../routing/mount-routes";
import { applyRequestLog } from "../request-log";
import { shareChain } from "./share-chain";
import { linkUpstreams } from "../upstreams/link-upstreams";
import { linkManaged } from "../upstreams/link-managed";
import { linkMirror } from "../upstreams/mirror";

/** By chunk, as long as a release names it. */
interface Decoded {
  readonly versions: LuaTable<string, DecodedVersion>;
  readonly upstreams: LuaTable<string, UpstreamsChunk>;
  readonly plans: LuaTable<string, LinkedPlans>;
}

let decoded = nothing();
let current: RuntimeBundle | undefined;

export function currentBundle(): RuntimeBundle | undefined {
  return current;
}

/**
 * Reads active.json and the chunks it names, links them and swaps the worker over. Requests in flight keep the release they started
 * with. Throws, and changes nothing, when any of it cannot be used.
 *
 * Of a large environment all this takes many turns of the event loop: see giveWay.
 */
export function activateBundle(stateDirectory: string): RuntimeBundle {
  const active = readJsonFile<ActiveState>(`${stateDirectory}/${STATE_FILES.active}`);
  const kept = nothing();
  const parts = readParts(active, stateDirectory, kept);
  const { settings, versions } = parts;
  if (settings === undefined || parts.plans.length === 0 || parts.upstreams.length === 0) {
    return error("the release lacks its settings, plans or upstreams");
  }
  const linked = new LuaTable<number, RuntimeUpstream>();
  for (const chunk of parts.upstreams) {
    linkUpstreams(chunk, active.addresses, linkManaged, linkMirror, linked, giveWay);
  }
  for (const { apiVersion } of versions) {
    if (linked.get(apiVersion.upstreamId) === undefined) {
      error(`the release lacks upstream ${apiVersion.upstreamId}`);
    }
  }
  giveWay();
  const hosts = linkHosts(versions, fieldReader, giveWay);
  const bundle: RuntimeBundle = {
    release: active.release,
    releaseText: string.format("%d", active.release),
    releaseField: `\r\nGatehouse-Release: ${string.format("%d", active.release)}`,
    portalUrl: settings.portalUrl,
    hosts,
    routes: hosts === undefined ? mountRoutes(versions, fieldReader, giveWay) : hosts.any.routes,
    chain: shareChain(settings.chain),
    ...joinPlans(parts.plans),
  };
  const cachedPaths = findCachedPaths(versions);
  // From here on nothing waits: the worker changes over as a whole.
  for (const { apiVersion } of versions) {
    apiVersion.upstream = linked.get(apiVersion.upstreamId);
    apiVersion.keepsAnswers = cachedPaths.has(apiVersion.basePath);
  }
  applyRequestLog(settings.requestLog);
  decoded = kept;
  current = bundle;
  return bundle;
}

/** Base paths below which answers may be kept: what one API version there changes, another one may have kept. */
function findCachedPaths(versions: readonly DecodedVersion[]): LuaSet<string> {
  const found = new LuaSet<string>();
  for (const { basePath, hasCache } of versions) {
    if (hasCache) {
      found.add(basePath);
    }
  }
  return found;
}

function nothing(): Decoded {
  return { versions: new LuaTable(), upstreams: new LuaTable(), plans: new LuaTable() };
}

interface Parts {
  settings: SettingsChunk | undefined;
  readonly versions: DecodedVersion[];
  readonly upstreams: UpstreamsChunk[];
  readonly plans: LinkedPlans[];
}

/** @param kept gets all that the release names, decoded now or for the release before */
function readParts(active: ActiveState, stateDirectory: string, kept: Decoded): Parts {
  const parts: Parts = { settings: undefined, versions: [], upstreams: [], plans: [] };
  for (const { kind, sha256 } of active.chunks) {
    giveWay();
    const path = `${stateDirectory}/${STATE_FILES.chunks}/${sha256}.json`;
    if (kind === "api-version") {
      const version = decoded.versions.get(sha256) ?? decodeVersion(readJsonFile<ApiVersionChunk>(path));
      kept.versions.set(sha256, version);
      parts.versions.push(version);
    } else if (kind === "settings") {
      parts.settings = readJsonFile<SettingsChunk>(path);
    } else if (kind === "plans") {
      const plans = decoded.plans.get(sha256) ?? linkPlans(readJsonFile<PlansChunk>(path));
      kept.plans.set(sha256, plans);
      parts.plans.push(plans);
    } else if (kind === "upstreams") {
      const upstreams = decoded.upstreams.get(sha256) ?? readJsonFile<UpstreamsChunk>(path);
      kept.upstreams.set(sha256, upstreams);
      parts.upstreams.push(upstreams);
    } else {
      error(`unknown chunk kind "${kind}"`);
    }
  }
  return parts;
}

interface LinkedPlan {
  readonly plan: RuntimePlan;
  /** API versions that it covers. */
  readonly grants: LuaSet<number>;
}

type LinkedPlans = readonly LinkedPlan[];

function linkPlans(chunk: PlansChunk): LinkedPlans {
  const linked: LinkedPlan[] = [];
  for (const { id, limits, chain, grants } of chunk.plans) {
    giveWay();
    const plan = linkPlan({
      id,
      limits,
      zones: chunk.zones,
      chain: chain === undefined ? undefined : shareChain(chain),
    });
    const covered = new LuaSet<number>();
    for (const apiVersion of grants) {
      covered.add(apiVersion);
    }
    linked.push({ plan, grants: covered });
  }
  return linked;
}

function joinPlans(chunks: readonly LinkedPlans[]): Pick<RuntimeBundle, "plans" | "grants"> {
  const plans = new LuaTable<number, RuntimePlan>();
  const grants = new LuaTable<number, LuaSet<number>>();
  for (const chunk of chunks) {
    giveWay();
    for (const linked of chunk) {
      plans.set(linked.plan.id, linked.plan);
      grants.set(linked.plan.id, linked.grants);
    }
  }
  return { plans, grants };
}

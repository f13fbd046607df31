import type { Target, Upstream } from "../contract/bundle";
import { checkUpstream, isOnlyMirrored, MAIN_POOL } from "./check-upstream";
import type { CompiledPart } from "./compiled-part";
import { compileUpstreamSettings, keepsState } from "./compile-upstream-settings";
import { intoPieces } from "./into-pieces";
import { poolTables } from "./pool-tables";
import type { CompileProblem, Snapshot, UpstreamSnapshot } from "./snapshot";
import { keyOf, nameOf } from "./target-key";
import { parseTargetUrl } from "./target-url";

const DEFAULT_CONNECT_TIMEOUT_MS = 5_000;
const DEFAULT_SEND_TIMEOUT_MS = 60_000;
const DEFAULT_READ_TIMEOUT_MS = 60_000;

export function compileUpstreams(snapshot: Snapshot): CompiledPart[] {
  const upstreams = new Map<number, Upstream>();
  const problems: CompileProblem[] = [];
  for (const version of snapshot.apiVersions) {
    const place = `apis/${version.api}/versions/${version.version}/upstream`;
    const found = checkUpstream(version.upstream);
    problems.push(
      ...found.map((problem) => ({ ...problem, place: problem.place === "" ? place : `${place}/${problem.place}` })),
    );
    if (found.length === 0 && !upstreams.has(version.upstream.id)) {
      upstreams.set(version.upstream.id, compileUpstream(version.upstream));
    }
  }
  if (problems.length > 0) {
    return [{ name: "upstreams", chunk: undefined, problems }];
  }
  return intoPieces("upstreams", [...upstreams.values()]).map(({ name, items }) => ({
    name,
    chunk: { kind: "upstreams", upstreams: items },
    problems: [],
  }));
}

function compileUpstream(upstream: UpstreamSnapshot): Upstream {
  const settings = upstream.settings ?? {};
  const targets = upstream.targets.map(({ url, weight, pool = MAIN_POOL }) =>
    compileTarget(upstream.id, url, weight, keepsState(settings) && !isOnlyMirrored(settings, pool)),
  );
  const tables = poolTables(upstream, targets);
  const main = tables.get(MAIN_POOL);
  if (main === undefined) {
    throw new Error("an upstream without a main pool must not pass the checks");
  }
  return {
    id: upstream.id,
    targets,
    sequence: main.sequence,
    connectTimeoutMs: upstream.connectTimeoutMs ?? DEFAULT_CONNECT_TIMEOUT_MS,
    sendTimeoutMs: upstream.sendTimeoutMs ?? DEFAULT_SEND_TIMEOUT_MS,
    readTimeoutMs: upstream.readTimeoutMs ?? DEFAULT_READ_TIMEOUT_MS,
    ...compileUpstreamSettings(upstream.id, settings, tables),
  };
}

function compileTarget(upstream: number, url: string, weight: number, isKeyed: boolean): Target {
  const parsed = parseTargetUrl(url);
  if (!parsed.ok) {
    throw new Error(`a target that is no URL must not pass the checks: ${parsed.message}`);
  }
  const { target } = parsed;
  return { ...target, weight, ...(isKeyed ? { key: keyOf(`${upstream} ${nameOf(target)}`) } : {}) };
}

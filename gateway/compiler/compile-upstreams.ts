import type { Target, Upstream } from "../contract/bundle";
import type { CompiledPart } from "./compile";
import { roundRobinSequence } from "./round-robin";
import type { CompileProblem, Snapshot, UpstreamSnapshot } from "./snapshot";
import { parseTargetUrl } from "./target-url";

const DEFAULT_CONNECT_TIMEOUT_MS = 5_000;
const DEFAULT_SEND_TIMEOUT_MS = 60_000;
const DEFAULT_READ_TIMEOUT_MS = 60_000;

export function compileUpstreams(snapshot: Snapshot): CompiledPart {
  const upstreams: Upstream[] = [];
  const problems: CompileProblem[] = [];
  for (const version of snapshot.apiVersions) {
    const place = `apis/${version.api}/versions/${version.version}/upstream`;
    const result = compileUpstream(version.upstream, place);
    problems.push(...result.problems);
    if (result.upstream !== undefined && !upstreams.some((upstream) => upstream.id === version.upstream.id)) {
      upstreams.push(result.upstream);
    }
  }
  return { name: "upstreams", chunk: { kind: "upstreams", upstreams }, problems };
}

/** A problem is read by more people than may know the password. */
function withoutCredentials(url: string): string {
  return url.replace(/\/\/[^/]*@/, "//…@");
}

function compileUpstream(
  upstream: UpstreamSnapshot,
  place: string,
): { upstream: Upstream | undefined; problems: CompileProblem[] } {
  const problems: CompileProblem[] = [];
  const targets: Target[] = [];
  upstream.targets.forEach(({ url, weight }, index) => {
    const parsed = parseTargetUrl(url);
    if (parsed.ok) {
      targets.push({ ...parsed.target, weight });
    } else {
      problems.push({
        code: "upstream_url_invalid",
        message: `"${withoutCredentials(url)}" ${parsed.message}`,
        place: `${place}/targets/${index}`,
      });
    }
  });
  if (upstream.targets.length === 0) {
    problems.push({ code: "upstream_missing", message: "there is nowhere to send requests: add a target", place });
  } else if (upstream.targets.every((target) => target.weight === 0)) {
    problems.push({ code: "upstream_weights_zero", message: "every target has weight 0", place });
  }
  if (problems.length > 0) {
    return { upstream: undefined, problems };
  }
  return {
    problems,
    upstream: {
      id: upstream.id,
      targets,
      sequence: roundRobinSequence(targets.map((target) => target.weight)),
      connectTimeoutMs: upstream.connectTimeoutMs ?? DEFAULT_CONNECT_TIMEOUT_MS,
      sendTimeoutMs: upstream.sendTimeoutMs ?? DEFAULT_SEND_TIMEOUT_MS,
      readTimeoutMs: upstream.readTimeoutMs ?? DEFAULT_READ_TIMEOUT_MS,
    },
  };
}

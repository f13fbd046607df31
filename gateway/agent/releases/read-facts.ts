import type { WatchedUpstream } from "../upstreams/watch-targets";
import type { ChunkFacts } from "./chunk-store";

/** Reads something out of the facts of a release once for as long as they are the same; who asks often gets the same answer. */
export function oncePerRelease<Answer>(
  read: (facts: readonly ChunkFacts[]) => Answer,
): (facts: readonly ChunkFacts[]) => Answer {
  let last: { readonly facts: readonly ChunkFacts[]; readonly answer: Answer } | undefined;
  return (facts) => {
    if (last?.facts !== facts) {
      last = { facts, answer: read(facts) };
    }
    return last.answer;
  };
}

/** Where issuers of tokens serve their keys. */
export function keySetUris(facts: readonly ChunkFacts[]): string[] {
  return [...new Set(facts.flatMap(({ keySets = [] }) => keySets))].sort();
}

/** The upstreams that need watching, under the names of the API versions that they serve. */
export function watchedUpstreams(facts: readonly ChunkFacts[]): WatchedUpstream[] {
  const labels = new Map(
    facts.flatMap(({ apiVersion }) => (apiVersion ? [[apiVersion.upstream, apiVersion.label]] : [])),
  );
  return facts.flatMap(({ upstreams = [] }) =>
    upstreams.map((upstream) => ({ upstream, label: labels.get(upstream.id) ?? `upstream ${upstream.id}` })),
  );
}

/** The names of API versions by the numbers of their operations. */
export function apiVersionLabels(facts: readonly ChunkFacts[]): ReadonlyMap<number, string> {
  return new Map(
    facts.flatMap(({ apiVersion }) =>
      apiVersion === undefined ? [] : apiVersion.operations.map((id): [number, string] => [id, apiVersion.label]),
    ),
  );
}

import { compileOperationChain, shareDocument } from "./compile-api-version";
import type { ApiVersionSnapshot, CompileProblem, OperationSnapshot, Snapshot, UpstreamSnapshot } from "./snapshot";

const VERIFIER = "jwt-validation";
const COUNTER = "rate-limit";

/**
 * Limits and upstreams that go by a claim, where an operation has nobody who verifies it: all of its callers would pass for one. A chain that has
 * both policies has them in the right order, or does not compile.
 */
export function checkClaims(snapshot: Snapshot): CompileProblem[] {
  const policiesOf = rememberPolicies();
  return [...checkLimits(snapshot, policiesOf), ...checkUpstreams(snapshot, policiesOf)];
}

type PoliciesOf = (version: ApiVersionSnapshot, operation: OperationSnapshot) => readonly string[];

/** Chains are put together for nothing but what goes by a claim, and once. */
function rememberPolicies(): PoliciesOf {
  const known = new Map<OperationSnapshot, readonly string[]>();
  return (version, operation) => {
    // Which policies there are does not depend on what they read in the document.
    const names =
      known.get(operation) ??
      compileOperationChain(version, operation, shareDocument({})).effective.map(({ policy }) => policy);
    known.set(operation, names);
    return names;
  };
}

function checkLimits({ apiVersions, plans }: Snapshot, policiesOf: PoliciesOf): CompileProblem[] {
  return plans.flatMap(({ apiVersionIds, limits, plan, product }) =>
    limits
      .filter(({ scope }) => scope === "claim")
      .flatMap(({ claim, name }) => {
        const unverified = apiVersions
          .filter(({ id }) => apiVersionIds.includes(id))
          .flatMap((version) =>
            version.operations
              .filter((operation) => isUnverified(policiesOf(version, operation), COUNTER))
              .map((operation) => nameOf(version, operation)),
          );
        const place = `products/${product}/plans/${plan}/limits/${name}`;
        return problemOf(`limit "${name}" counts by the claim "${claim ?? ""}"`, unverified, place);
      }),
  );
}

function checkUpstreams({ apiVersions }: Snapshot, policiesOf: PoliciesOf): CompileProblem[] {
  return apiVersions.flatMap((version) => {
    const [claim] = claimsOf(version.upstream);
    if (claim === undefined) {
      return [];
    }
    const unverified = version.operations
      .filter((operation) => isUnverified(policiesOf(version, operation)))
      .map((operation) => nameOf(version, operation));
    const place = `apis/${version.api}/versions/${version.version}/upstream`;
    return problemOf(`the upstream goes by the claim "${claim}"`, unverified, place);
  });
}

function claimsOf({ settings }: UpstreamSnapshot): string[] {
  const traits = [
    settings?.balancing?.algorithm === "hash" ? settings.balancing.by : undefined,
    settings?.split?.canary?.stickyBy,
  ];
  return traits.flatMap((trait) => (trait?.from === "claim" ? [trait.name] : []));
}

/** @param reader a policy without which nobody asks for the claim */
function isUnverified(policies: readonly string[], reader?: string): boolean {
  return !policies.includes(VERIFIER) && (reader === undefined || policies.includes(reader));
}

function nameOf({ api, version }: ApiVersionSnapshot, { method, path }: OperationSnapshot): string {
  return `${method} ${path} of ${api} ${version}`;
}

function problemOf(what: string, operations: readonly string[], place: string): CompileProblem[] {
  const [first] = operations;
  if (first === undefined) {
    return [];
  }
  const others = operations.length - 1;
  const more = others === 0 ? "" : ` and ${others} more ${others === 1 ? "operation" : "operations"}`;
  return [
    {
      code: "claim_unverified",
      message: `${what}, which nothing verifies in ${first}${more}: attach ${VERIFIER}`,
      place,
    },
  ];
}

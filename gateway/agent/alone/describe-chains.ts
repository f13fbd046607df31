import type { Chunk } from "../../contract/bundle";
import type { ApiVersionChunk, ChainStep, Plan } from "../../contract/bundle-types";

/** Which operations: absent, all. */
export interface ChainSelection {
  readonly api?: string | undefined;
  /** Its key. */
  readonly operation?: string | undefined;
}

/**
 * The chain of every operation as workers run it: policies of the environment, then the operation's own; behind `subscription` those of
 * the caller's plan, one line for each plan that has some.
 */
export function describeChains(chunks: readonly Chunk[], { api, operation }: ChainSelection = {}): string[] {
  const environment = chunks.flatMap((chunk) => (chunk.kind === "settings" ? chunk.chain : []));
  const plans = chunks.flatMap((chunk) => (chunk.kind === "plans" ? chunk.plans : []));
  return chunks
    .flatMap((chunk) => (chunk.kind === "api-version" && (api === undefined || chunk.api === api) ? [chunk] : []))
    .flatMap((version) => describeVersion(version, environment, plans, operation));
}

function describeVersion(
  version: ApiVersionChunk,
  environment: readonly ChainStep[],
  plans: readonly Plan[],
  operation: string | undefined,
): string[] {
  const ofPlans = plans.flatMap(({ product, plan, chain, grants }) =>
    chain !== undefined && chain.length > 0 && grants.includes(version.id)
      ? [`      under ${product}/${plan}, after subscription: ${nameAll(chain)}`]
      : [],
  );
  return version.operations
    .filter(({ key }) => operation === undefined || key === operation)
    .flatMap(({ key, chain }) => {
      const steps = version.chains[chain] ?? [];
      const needsPlan = steps.some(({ policy }) => policy === "subscription");
      return [
        `${version.api} ${version.version}  ${key}`,
        `      ${nameAll([...environment, ...steps]) || "no policy"}`,
        ...(needsPlan ? ofPlans : []),
      ];
    });
}

function nameAll(steps: readonly ChainStep[]): string {
  return steps.map(({ policy }) => policy).join(" → ");
}

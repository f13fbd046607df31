import type { PolicyManifest } from "../policies/manifest";

/** A policy with the wishes of whoever attached it. */
export interface OrderedPolicy {
  readonly manifest: Pick<PolicyManifest, "name" | "before" | "after">;
  readonly before: readonly string[];
  readonly after: readonly string[];
}

/**
 * Orders a chain by `before` and `after` names, those of the policies and those of whoever attached them; what neither decides follows the
 * order of the list. An order is declared, never a matter of magic numbers; wishes that contradict each other are violations.
 * @param list every policy there is, in order
 */
export function orderChain(
  chain: readonly OrderedPolicy[],
  list: readonly string[],
): { readonly names: readonly string[]; readonly violations: readonly string[] } {
  const rest = [...chain].sort((left, right) => list.indexOf(left.manifest.name) - list.indexOf(right.manifest.name));
  const names: string[] = [];
  while (rest.length > 0) {
    const index = rest.findIndex(
      (candidate) => !rest.some((other) => other !== candidate && goesBefore(other, candidate)),
    );
    const next = rest[index];
    if (next === undefined) {
      const stuck = rest.map(({ manifest }) => manifest.name);
      return {
        names: [...names, ...stuck],
        violations: [`no order suits all of ${stuck.join(", ")}: each must come after another of them`],
      };
    }
    names.push(next.manifest.name);
    rest.splice(index, 1);
  }
  return { names, violations: [] };
}

function goesBefore(first: OrderedPolicy, second: OrderedPolicy): boolean {
  return (
    first.manifest.before.includes(second.manifest.name) ||
    first.before.includes(second.manifest.name) ||
    second.manifest.after.includes(first.manifest.name) ||
    second.after.includes(first.manifest.name)
  );
}

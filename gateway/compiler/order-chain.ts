import type { PolicyManifest } from "../policies/manifest";

/**
 * Says what is wrong with the order of a chain, by the `before` and `after` names of its policies. An order is declared, never a
 * matter of magic numbers; a violation is a compile error.
 */
export function findOrderViolations(chain: readonly PolicyManifest[]): string[] {
  const violations: string[] = [];
  chain.forEach((earlier, index) => {
    for (const later of chain.slice(index + 1)) {
      if (earlier.name === later.name) {
        violations.push(`${earlier.name} is in the chain twice`);
      } else if (earlier.after.includes(later.name) || later.before.includes(earlier.name)) {
        violations.push(`${earlier.name} must come after ${later.name}`);
      }
    }
  });
  return violations;
}

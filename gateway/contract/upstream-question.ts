import type { Target } from "./upstream-types";

/** Before a name whose SRV records are asked for. */
export const SRV_QUESTION = "SRV ";

/** What the agent looks up for a target, and where `addresses` of active.json has the answer. */
export function questionOf(target: Target): string {
  return target.service === undefined ? target.host : `${SRV_QUESTION}${target.service}`;
}

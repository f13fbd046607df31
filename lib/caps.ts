import { ApiError } from "./errors";

/** Keys of an application that work: rotation needs two, a fleet a few dozen; each is an entry on every node. */
export const MAX_KEYS_PER_APPLICATION = 100;
/** Personal access tokens of a person that have not expired. */
export const MAX_TOKENS_PER_USER = 50;
/** Certificates of an environment; each node holds all of them. */
export const MAX_CERTIFICATES_PER_ENVIRONMENT = 500;
/** Applications that one person made and that were not removed. */
export const MAX_APPLICATIONS_PER_USER = 100;

/**
 * @param count how many there are, counted while nobody can add one
 * @param advice what to do about it, a sentence
 * @throws ApiError cap_reached
 */
export function refuseBeyond(cap: number, count: number, things: string, advice: string): void {
  if (count >= cap) {
    throw new ApiError("cap_reached", `There are ${count} ${things} already, and ${cap} is the most. ${advice}`);
  }
}

import { ApiError } from "@/lib/errors";

/** ETag of an editable thing: the count of its changes. */
export function etagOf(thing: { readonly changeCount: number }): string {
  return `"${thing.changeCount}"`;
}

/** Whether a caller has it already (If-None-Match). Weak comparison, as RFC 9110 wants it for this. */
export function matchesEtag(ifNoneMatch: string | undefined, etag: string): boolean {
  const given = (ifNoneMatch ?? "").split(",").map((part) => part.trim().replace(/^W\//, ""));
  return given.includes("*") || given.includes(etag);
}

/**
 * Refuses a change of something that is not what the caller has seen (RFC 9110, If-Match). Called inside the transaction that holds
 * the row's lock. Without If-Match the change is made.
 * @throws ApiError precondition_failed
 */
export function checkIfMatch(ifMatch: string | undefined, thing: { readonly changeCount: number }): void {
  if (ifMatch === undefined || ifMatch.trim() === "*") {
    return;
  }
  const given = ifMatch.split(",").map((etag) => etag.trim().replace(/^W\//, ""));
  if (!given.includes(etagOf(thing))) {
    throw new ApiError("precondition_failed");
  }
}

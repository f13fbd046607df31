import { z } from "zod";
import type { StoredDocument } from "@/lib/apis/get-document";
import { matchesEtag } from "@/lib/http/etag";

/** A yes or no in a query. */
export const flagSchema = z
  .enum(["true", "false"])
  .transform((text) => text === "true")
  .optional();

/**
 * An answer that is a document: sent as it is, or not at all to whoever has it already (RFC 9110, If-None-Match). Browsers keep it, and
 * ask each time: who may read it can change.
 */
export async function documentAnswer(
  { etag, type, read }: StoredDocument,
  ifNoneMatch: string | undefined,
): Promise<Response> {
  const headers = { etag, "cache-control": "private, no-cache" };
  if (matchesEtag(ifNoneMatch, etag)) {
    return new Response(null, { status: 304, headers });
  }
  return new Response(await read(), {
    // A document is somebody's upload: it must never run as a page of the portal.
    headers: {
      ...headers,
      "content-type": `${type}; charset=utf-8`,
      "x-content-type-options": "nosniff",
      "content-security-policy": "sandbox",
    },
  });
}

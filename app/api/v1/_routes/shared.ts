import { z } from "zod";

/** A yes or no in a query. */
export const flagSchema = z
  .enum(["true", "false"])
  .transform((text) => text === "true")
  .optional();

/** An answer that is a document: sent as it is. */
export function textAnswer(content: string | Uint8Array<ArrayBuffer>, type = "text/plain"): Response {
  return new Response(content, {
    // A document is somebody's upload: it must never run as a page of the portal.
    headers: {
      "content-type": `${type}; charset=utf-8`,
      "x-content-type-options": "nosniff",
      "content-security-policy": "sandbox",
      "cache-control": "no-store",
    },
  });
}

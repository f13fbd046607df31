import { z } from "zod";

/** Belong to one connection (RFC 9110 §7.6.1) or say where a message ends: whoever changes them lets others smuggle requests. */
const FRAMING = [
  ...[
    "connection",
    "content-length",
    "keep-alive",
    "proxy-connection",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
  ],
  ...["expect", "http2-settings"],
];
/** nginx.conf sets them after every policy. */
const SET_FOR_UPSTREAM = [
  "host",
  "x-api-key",
  "x-forwarded-for",
  "x-forwarded-host",
  "x-forwarded-proto",
  "x-request-id",
];
const SET_FOR_CLIENT = ["gatehouse-release", "ratelimit", "ratelimit-policy", "x-request-id", "date", "server"];

/** nginx reads neither underscores nor dots in a field's name the way the client meant them. */
export const fieldName = z
  .string()
  .max(128)
  .regex(/^[A-Za-z][A-Za-z0-9-]*$/, "a header field name: letters, digits and dashes");

export const requestFieldName = refuseNames(SET_FOR_UPSTREAM, "upstream");
export const responseFieldName = refuseNames(SET_FOR_CLIENT, "client");

/** Text that can stand in a header field: no line breaks, no control characters. */
export const fieldValue = z
  .string()
  .max(4096)

  .regex(/^[^\x00-\x08\x0a-\x1f\x7f]*$/, "a header field's value holds no line breaks and no control characters");

function refuseNames(setByGateway: readonly string[], reader: "upstream" | "client"): typeof fieldName {
  return fieldName.superRefine((name, context) => {
    const lower = name.toLowerCase();
    if (FRAMING.includes(lower) || lower.startsWith("proxy-")) {
      context.addIssue({ code: "custom", message: `"${name}" belongs to the connection: no policy may change it` });
    } else if (setByGateway.includes(lower)) {
      context.addIssue({ code: "custom", message: `"${name}" is set by the gateway itself for the ${reader}` });
    }
  });
}

/** The nginx variable that holds a header field of the request. */
export function fieldVariable(name: string): string {
  return `http_${name.toLowerCase().replaceAll("-", "_")}`;
}

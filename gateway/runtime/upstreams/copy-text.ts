import { upstreamPathOf } from "../../policies/shared/upstream-path";
import type { Context } from "../contexts";
import { bodyAsRead } from "../host/body";
import { currentRequest, readVariable, variableNamed } from "../host/request";
import { CONTENT_LENGTH, FORWARDED_FOR, HTTP_HOST, SCHEME } from "../host/variables";
import type { RuntimeTarget } from "../release/bundle";

/**
 * Fields of a call that its copy has not, or has its own of: what nginx.conf sets or leaves out for upstreams, what is for one connection only
 * (RFC 9110 §7.6.1), and what callers might say in our name. In lower case.
 */
const OWN_FIELDS = [
  ...["host", "content-length", "x-request-id", "x-forwarded-for", "x-forwarded-proto", "x-forwarded-host"],
  ...["x-api-key", "gatehouse-mirror"],
  ...["connection", "keep-alive", "proxy-connection", "te", "trailer", "transfer-encoding", "upgrade", "expect"],
  ...["http2-settings", "proxy-authorization"],
];

/** Of the connection, also where a trusted proxy says whom the call is from. */
const PEER_ADDRESS = variableNamed("realip_remote_addr");

const own = new LuaSet<string>();
for (const name of OWN_FIELDS) {
  own.add(name);
}

/**
 * The request that the call's upstream got, for another target. In the log phase: policies have done their work on fields, path and query; the key
 * has been taken out of wherever it was.
 */
export function copyText(context: Context, target: RuntimeTarget): string {
  const path = upstreamPathOf(context);
  const parts = [
    `${context.method} ${target.path}${path === "" ? "/" : path}${context.query} HTTP/1.1\r\nHost: ${target.hostField}\r\n`,
  ];
  addFields(parts);
  const request = currentRequest();
  addField(parts, "X-Request-Id", context.id);
  addField(parts, "X-Forwarded-For", forwardedFor(request));
  addField(parts, "X-Forwarded-Proto", readVariable(request, SCHEME) ?? "");
  addField(parts, "X-Forwarded-Host", readVariable(request, HTTP_HOST) ?? "");
  parts.push("Gatehouse-Mirror: 1\r\n");
  const hasLength = readVariable(request, CONTENT_LENGTH) !== undefined;
  const body = hasLength ? bodyAsRead() : "";
  if (hasLength) {
    parts.push(`Content-Length: ${string.format("%d", body.length)}\r\n`);
  }
  parts.push("\r\n");
  parts.push(body);
  return parts.join("");
}

/** As nginx.conf has it for upstreams, in variables that are found by no name. */
function forwardedFor(request: CData): string {
  const address = readVariable(request, PEER_ADDRESS) ?? "";
  const before = readVariable(request, FORWARDED_FOR);
  return before === undefined ? address : `${before}, ${address}`;
}

function addFields(parts: string[]): void {
  // Without a bound: a field that is cut off would make another request of it.
  const fields = ngx.req.get_headers(0, true);
  const connectionOnly = namedByConnection(fields);
  for (const [name, values] of pairs(fields)) {
    const lower = string.lower(name);
    if (!own.has(lower) && !connectionOnly.has(lower)) {
      if (typeof values === "string") {
        addField(parts, name, values);
      } else {
        for (const value of values) {
          addField(parts, name, value);
        }
      }
    }
  }
}

function namedByConnection(fields: Readonly<Record<string, string | string[] | undefined>>): LuaSet<string> {
  const named = new LuaSet<string>();
  for (const [name, values] of pairs(fields)) {
    if (string.lower(name) === "connection") {
      const text = typeof values === "string" ? values : values.join(",");
      for (const [token] of string.gmatch(string.lower(text), "[^, \t]+")) {
        named.add(token ?? "");
      }
    }
  }
  return named;
}

/** A value that would end its line is none. */
function addField(parts: string[], name: string, value: string): void {
  if (value !== "" && string.find(value, "[\r\n%z]")[0] === undefined) {
    parts.push(`${name}: ${value}\r\n`);
  }
}

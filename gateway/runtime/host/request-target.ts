import { findVariable, readVariable, variableText } from "./request";
import { HTTP_HOST, REQUEST_LINE, REQUEST_URI, SCHEME } from "./variables";

export const TARGET_REFUSED =
  "The request target holds a fragment, or names another host or scheme than the request came for.";

const SPACE = 32;

/**
 * The path and query of the request target, as they were sent. Undefined for what we and the upstream could read differently: a target
 * in absolute form that contradicts the Host field.
 */
export function readTarget(request: CData): string | undefined {
  const value = findVariable(request, REQUEST_URI);
  if (value === undefined) {
    return "";
  }
  const target = variableText(value);
  // nginx's text lies in the request line. In origin form there is a space before it; in HTTP/2 there may be anything.
  const isOriginForm = (value.data as CArray<number>)[-1] === SPACE;
  return isOriginForm || !contradictsHost(request) ? target : undefined;
}

/** A fragment is no part of a request target (RFC 9112 §3.2); servers keep it or cut it off. */
export function hasFragment(target: string): boolean {
  return string.find(target, "#", 1, true)[0] !== undefined;
}

/** The target's authority goes before Host (RFC 9112 §3.2.2), but the upstream is told of Host: so they must be the same. */
function contradictsHost(request: CData): boolean {
  const [scheme, authority] = string.match(
    readVariable(request, REQUEST_LINE) ?? "",
    "^%S+ +(%a[%w+.-]*)://([^/?#%s]*)",
  );
  if (scheme === undefined || authority === undefined) {
    return false;
  }
  const host = readVariable(request, HTTP_HOST);
  const isSameHost = host === undefined || string.lower(host) === string.lower(authority);
  return !isSameHost || string.lower(scheme) !== readVariable(request, SCHEME);
}

import type { Target } from "../contract/bundle";

export type ParsedTarget =
  { readonly ok: true; readonly target: Omit<Target, "weight"> } | { readonly ok: false; readonly message: string };

/**
 * Takes an upstream URL apart ("https://api.example.com:8443/base"). Refuses what cannot be meant: other schemes, credentials (they
 * would end up in logs and bundles), a query or a fragment. Private addresses are allowed: upstreams usually have one.
 * "http+srv://_api._tcp.example.com" takes hosts and ports from SRV records (RFC 2782).
 */
export function parseTargetUrl(text: string): ParsedTarget {
  const isService = /^https?\+srv:\/\//i.test(text);
  let url: URL;
  try {
    url = new URL(isService ? text.replace("+srv", "").replace("+SRV", "") : text);
  } catch {
    return { ok: false, message: "is not a URL: write http://host:port or https://host" };
  }
  if (url.protocol !== "http:" && url.protocol !== "https:") {
    return { ok: false, message: "must start with http:// or https://" };
  }
  if (url.username !== "" || url.password !== "") {
    return { ok: false, message: "holds credentials; store them as a policy instead" };
  }
  if (url.search !== "" || url.hash !== "" || text.endsWith("?") || text.endsWith("#")) {
    return { ok: false, message: "cannot have a query or a fragment" };
  }
  if (url.port === "0") {
    return { ok: false, message: "has port 0" };
  }
  const scheme = url.protocol === "https:" ? "https" : "http";
  if (isService) {
    return parseService(url, scheme, /^[^/]+\/\/[^/]*:\d*(\/|$)/.test(text));
  }
  return {
    ok: true,
    target: {
      scheme,
      host: url.hostname.replace(/^\[(.*)\]$/, "$1"),
      port: url.port === "" ? (scheme === "https" ? 443 : 80) : Number(url.port),
      path: url.pathname.replace(/\/+$/, ""),
    },
  };
}

/** The domain that offers the service is who is meant (RFC 4985 §2, RFC 9525 §2), whatever hosts its records name. */
function parseService(url: URL, scheme: "http" | "https", hasPort: boolean): ParsedTarget {
  const service = url.hostname;
  // Not what `url` says: it drops the port of the scheme.
  if (hasPort) {
    return { ok: false, message: "has a port, which SRV records give" };
  }
  if (service.startsWith("[") || /^[\d.]+$/.test(service)) {
    return { ok: false, message: "names an address, which has no SRV records" };
  }
  return {
    ok: true,
    target: {
      scheme,
      host: service.replace(/^(_[^.]+\.)+(?=[^.])/, ""),
      port: scheme === "https" ? 443 : 80,
      service,
      path: url.pathname.replace(/\/+$/, ""),
    },
  };
}

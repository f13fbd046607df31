import type { Target } from "../contract/bundle";

export type ParsedTarget =
  { readonly ok: true; readonly target: Omit<Target, "weight"> } | { readonly ok: false; readonly message: string };

/**
 * Takes an upstream URL apart ("https://api.example.com:8443/base"). Refuses what cannot be meant: other schemes, credentials (they
 * would end up in logs and bundles), a query or a fragment. Private addresses are allowed: upstreams usually have one.
 */
export function parseTargetUrl(text: string): ParsedTarget {
  let url: URL;
  try {
    url = new URL(text);
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

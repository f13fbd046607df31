import { isIPv6 } from "node:net";
import { env } from "@/lib/env";

/** Set on every request by note-peers.ts; what a client sends under this name is overwritten. */
export const PEER_HEADER = "x-gatehouse-peer";

/**
 * The network address a request comes from, for counting. Behind proxies (GATEHOUSE_TRUSTED_PROXIES of them) it is the one that the
 * outermost of them saw: what stands before that in X-Forwarded-For is whatever the client wrote.
 * @returns of IPv6 the /64 network, which is what one household or machine gets; "unknown" for all whose address nobody noted
 */
export function clientAddress(headers: Headers, trustedProxies = env().trustedProxies): string {
  const forwarded = (headers.get("x-forwarded-for") ?? "").split(",").map((part) => part.trim());
  const address = trustedProxies === 0 ? headers.get(PEER_HEADER) : forwarded.at(-trustedProxies);
  if (address === undefined || address === null || address === "") {
    return "unknown";
  }
  return isIPv6(address) ? networkOf(address) : address;
}

function networkOf(address: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
  if (mapped !== undefined) {
    return mapped;
  }
  const [head = "", tail] = address.toLowerCase().split("%")[0]?.split("::") ?? [];
  const left = head === "" ? [] : head.split(":");
  const right = tail === undefined || tail === "" ? [] : tail.split(":");
  const groups =
    tail === undefined ? left : [...left, ...Array<string>(8 - left.length - right.length).fill("0"), ...right];
  return `${groups
    .slice(0, 4)
    .map((group) => group.replace(/^0+(?=.)/, ""))
    .join(":")}::/64`;
}

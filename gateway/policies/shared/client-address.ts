import type { PolicyHost } from "../types";
import { addressKey } from "./address";
import { isInRanges, newRangeMemory, type AddressRanges, type RangeMemory } from "./address-ranges";

/** Whose word on X-Forwarded-For is taken, and what came of such fields. */
export interface TrustedProxies {
  readonly memory: RangeMemory;
  /** Peer and field → client. */
  known: Record<string, string>;
  count: number;
}

const MOST_KNOWN = 4096;
/** A longer field is read from its end only. */
const LONGEST_FIELD = 1024;

export function newTrustedProxies(ranges: AddressRanges): TrustedProxies {
  return { memory: newRangeMemory(ranges), known: {}, count: 0 };
}

/** The client's address: the connection's, or behind trusted proxies the last one in X-Forwarded-For that is not one of them. */
export function clientAddress(proxies: TrustedProxies, host: PolicyHost): string {
  const peer = host.variable("remote_addr") ?? "";
  if (proxies.memory.ranges.starts.length === 0 || !isInRanges(proxies.memory, peer)) {
    return peer;
  }
  const field = host.variable("http_x_forwarded_for");
  if (field === undefined) {
    return peer;
  }
  const sent = `${peer} ${field.length > LONGEST_FIELD ? field.slice(field.length - LONGEST_FIELD) : field}`;
  return proxies.known[sent] ?? learn(proxies, sent);
}

function learn(proxies: TrustedProxies, sent: string): string {
  const address = readBackwards(proxies, sent);
  if (proxies.count >= MOST_KNOWN) {
    proxies.known = {};
    proxies.count = 0;
  }
  proxies.known[sent] = address;
  proxies.count += 1;
  return address;
}

/** Each proxy has appended the address that it saw. What stands before a text that is no address, nobody trusted has said. */
function readBackwards(proxies: TrustedProxies, sent: string): string {
  const space = sent.indexOf(" ");
  let client = sent.slice(0, space);
  let end = sent.length;
  while (end > space) {
    let start = end;
    while (start > space + 1 && sent.charAt(start - 1) !== ",") {
      start -= 1;
    }
    const entry = sent.slice(start, end).trim();
    if (addressKey(entry) === "") {
      return client;
    }
    client = entry;
    if (!isInRanges(proxies.memory, entry)) {
      return client;
    }
    end = start - 1;
  }
  return client;
}

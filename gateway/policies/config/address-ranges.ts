import { z } from "zod";
import { addressKey } from "../shared/address";
import type { AddressRanges } from "../shared/address-ranges";

const BITS = 128n;
const ALL_ONES = (1n << BITS) - 1n;
/** Bits before an IPv4 address that is written as IPv6. */
const MAPPED_BITS = 96;

interface Range {
  readonly start: bigint;
  readonly end: bigint;
}

/** "192.0.2.7", "192.0.2.0/24", "2001:db8::/32". */
export const addressRange = z.string().superRefine((text, context) => {
  const range = parseRange(text);
  if (typeof range === "string") {
    context.addIssue({ code: "custom", message: range });
  }
});

/** @returns what is wrong with it, when it is no range */
function parseRange(text: string): Range | string {
  const [address = "", length, rest] = text.split("/");
  const key = addressKey(address);
  if (key === "" || rest !== undefined) {
    return `"${text}" is neither an address nor a range like 192.0.2.0/24 or 2001:db8::/32`;
  }
  const isFour = !address.includes(":");
  const most = isFour ? 32 : 128;
  const bits = length === undefined ? most : /^\d{1,3}$/.test(length) ? Number(length) : Infinity;
  if (bits > most) {
    return `"${text}": what follows the slash is a number of bits from 0 to ${most}`;
  }
  const start = BigInt(`0x${key}`);
  const inside = ALL_ONES >> BigInt(isFour ? MAPPED_BITS + bits : bits);
  if ((start & inside) !== 0n) {
    return `"${text}" begins inside a range of that size: clear the bits behind the first ${bits}`;
  }
  return { start, end: start | inside };
}

/** Sorted and joined, for the search in shared/address-ranges.ts. */
export function planRanges(texts: readonly string[]): AddressRanges {
  const ranges = texts
    .map(parseRange)
    .filter((range): range is Range => typeof range !== "string")
    .sort((left, right) => (left.start < right.start ? -1 : left.start > right.start ? 1 : 0));
  const joined: Range[] = [];
  for (const range of ranges) {
    const last = joined.at(-1);
    if (last !== undefined && range.start <= last.end + 1n) {
      joined[joined.length - 1] = { start: last.start, end: range.end > last.end ? range.end : last.end };
    } else {
      joined.push(range);
    }
  }
  return { starts: joined.map(({ start }) => toKey(start)), ends: joined.map(({ end }) => toKey(end)) };
}

function toKey(address: bigint): string {
  return address.toString(16).padStart(32, "0");
}

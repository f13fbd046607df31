import { roundRobinSequence } from "../../compiler/round-robin";

/** A SRV record whose host has been looked up. */
export interface SrvPeers {
  readonly addresses: readonly string[];
  readonly port: number;
  /** 0 to 65535. */
  readonly weight: number;
}

/** Weights are kept within this grain, so that a service of many hosts makes no long list. */
const LONGEST_CYCLE = 100;

/**
 * One cycle of weighted turns over "address:port" (RFC 2782). A record's weight is shared by the addresses of its host; a record without weight
 * gets nothing while others have one.
 */
export function cycleOfPeers(records: readonly SrvPeers[]): readonly string[] {
  const isWeighted = records.some(({ weight }) => weight > 0);
  const weights = new Map<string, number>();
  for (const { addresses, port, weight } of records) {
    for (const address of addresses) {
      const peer = `${address.includes(":") ? `[${address}]` : address}:${port}`;
      weights.set(peer, (weights.get(peer) ?? 0) + (isWeighted ? weight : 1) / addresses.length);
    }
  }
  const used = [...weights].filter(([, weight]) => weight > 0).sort(([left], [right]) => (left < right ? -1 : 1));
  const total = used.reduce((sum, [, weight]) => sum + weight, 0);
  const smallest = Math.min(...used.map(([, weight]) => weight));
  const isEven = used.every(([, weight]) => Number.isInteger(weight / smallest)) && total / smallest <= LONGEST_CYCLE;
  const scale = isEven ? 1 / smallest : LONGEST_CYCLE / total;
  const sequence = roundRobinSequence(used.map(([, weight]) => Math.max(1, Math.round(weight * scale))));
  return sequence.map((index) => used[index]?.[0] ?? "");
}

import type { Target } from "../contract/bundle";
import { MAIN_POOL } from "./check-upstream";
import { maglevTable } from "./maglev";
import { roundRobinSequence } from "./round-robin";
import type { UpstreamSnapshot } from "./snapshot";
import { nameOf } from "./target-key";

/** How requests are spread over one pool; all numbers are indexes into the targets of the upstream. */
export interface PoolTables {
  readonly sequence: readonly number[];
  /** Of an upstream that balances by hash. */
  readonly table: readonly number[] | undefined;
}

/** Pool → its tables. */
export function poolTables(upstream: UpstreamSnapshot, targets: readonly Target[]): ReadonlyMap<string, PoolTables> {
  const members = new Map<string, number[]>();
  upstream.targets.forEach(({ pool = MAIN_POOL }, index) => {
    members.set(pool, [...(members.get(pool) ?? []), index]);
  });
  const isHashed = upstream.settings?.balancing?.algorithm === "hash";
  return new Map(
    [...members].map(([pool, indexes]) => {
      const ofPool = indexes.flatMap((index) => targets[index] ?? []);
      const weights = ofPool.map(({ weight }) => weight);
      const place = (member: number) => indexes[member] ?? 0;
      const table = isHashed ? maglevTable(ofPool.map(nameOf), weights).map(place) : undefined;
      return [pool, { sequence: roundRobinSequence(weights).map(place), table }];
    }),
  );
}

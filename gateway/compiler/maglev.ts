import { createHash } from "node:crypto";

/** A prime far above the number of targets, so that shares are within a few percent of the weights. */
export const MAGLEV_SIZE = 1021;

/**
 * The lookup table of Maglev hashing (Eisenbud et al., NSDI 2016, section 3.4): every target fills places in an order of its own, so that
 * a target that comes or goes moves little more than its own share of the keys.
 * @param targets what tells each target from the others, whatever their order; @param weights 0 takes a target out
 * @returns indexes into `targets`
 */
export function maglevTable(targets: readonly string[], weights: readonly number[]): number[] {
  const heaviest = Math.max(...weights);
  const orders = targets.map((target) => orderOf(target));
  const table = new Array<number>(MAGLEV_SIZE).fill(-1);
  const credits = targets.map(() => 0);
  for (let filled = 0; filled < MAGLEV_SIZE;) {
    for (let index = 0; index < targets.length && filled < MAGLEV_SIZE; index += 1) {
      credits[index] = (credits[index] ?? 0) + (weights[index] ?? 0) / heaviest;
      const order = orders[index];
      if ((credits[index] ?? 0) < 1 || order === undefined) {
        continue;
      }
      credits[index] = (credits[index] ?? 0) - 1;
      let place = order.next();
      while (table[place] !== -1) {
        place = order.next();
      }
      table[place] = index;
      filled += 1;
    }
  }
  return table;
}

function orderOf(target: string): { next: () => number } {
  const digest = createHash("sha256").update(target).digest();
  let place = digest.readUIntBE(0, 6) % MAGLEV_SIZE;
  const skip = 1 + (digest.readUIntBE(6, 6) % (MAGLEV_SIZE - 1));
  return {
    next: () => {
      const current = place;
      place = (place + skip) % MAGLEV_SIZE;
      return current;
    },
  };
}

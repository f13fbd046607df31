import { keyOf } from "../compiler/target-key";
import { type MIRROR_RESULTS } from "../contract/shared-memory";
import type { TestNode } from "./test-node";
import { waitFor } from "./wait-for";

export type MirrorResults = Readonly<Record<(typeof MIRROR_RESULTS)[number], number>>;

const NOTHING: MirrorResults = { mirrored: 0, failed: 0, skipped: 0, dropped: 0 };

/** What a node has counted of the copies of an upstream's calls, less what it had counted `before`. */
export function mirrorResults(node: TestNode, before: MirrorResults = NOTHING, upstream = 1): MirrorResults {
  const slot = node.targets.read().find(({ key }) => key === keyOf(`${upstream} mirror`));
  const [mirrored = 0, failed = 0, skipped = 0, dropped = 0] = slot?.mirrorResults ?? [];
  return {
    mirrored: mirrored - before.mirrored,
    failed: failed - before.failed,
    skipped: skipped - before.skipped,
    dropped: dropped - before.dropped,
  };
}

export function sumOf({ mirrored, failed, skipped, dropped }: MirrorResults): number {
  return mirrored + failed + skipped + dropped;
}

/** How long nothing must be counted before all copies are taken to have come to their end: longer than any of them takes in a test. */
const QUIET_MS = 1_500;

/** Waits until no copy is under way any more, as far as one can tell from outside. */
export async function allCopiesCounted(node: TestNode, before?: MirrorResults): Promise<MirrorResults> {
  let last = mirrorResults(node, before);
  let since = Date.now();
  return waitFor("the last copy to be counted", () => {
    const now = mirrorResults(node, before);
    if (sumOf(now) !== sumOf(last)) {
      last = now;
      since = Date.now();
    }
    return Date.now() - since > QUIET_MS && now;
  });
}

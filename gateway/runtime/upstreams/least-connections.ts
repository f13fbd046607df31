import type { LeastLoaded, ManagedTarget } from "./managed";

/** Above as many targets, the less loaded of two is taken: one by round robin, one at random. */
const MOST_COMPARED = 16;

const generated = new LuaTable<number, LeastLoaded>();

/**
 * The function that finds the least loaded of so many targets, load being requests in flight by weight. Generated for their number, because
 * LuaJIT does not compile a loop inside a request's path. Among equals the given first one wins, which the round robin chose.
 */
export function leastLoadedOf(count: number): LeastLoaded {
  if (count > MOST_COMPARED) {
    return lessLoadedOfTwo;
  }
  const known = generated.get(count);
  if (known !== undefined) {
    return known;
  }
  const [chunk, problem] = loadstring(sourceOf(count), "=least-connections");
  if (chunk === undefined) {
    return error(`least connections does not compile: ${problem}`);
  }
  const made = (chunk as (this: void) => LeastLoaded)();
  generated.set(count, made);
  return made;
}

function sourceOf(count: number): string {
  let comparisons = "";
  for (const index of $range(1, count)) {
    comparisons += `target = targets[${index}]
load = (target.state.slot.inFlight + 1) / target.weightNow
if load < least then best, least = target, load end
`;
  }
  return `return function(targets, first)
local best, least = first, (first.state.slot.inFlight + 1) / first.weightNow
local target, load
${comparisons}return best
end`;
}

function loadOf(target: ManagedTarget): number {
  return target.state === undefined ? 0 : (target.state.slot.inFlight + 1) / target.weightNow;
}

function lessLoadedOfTwo(this: void, targets: readonly ManagedTarget[], first: ManagedTarget): ManagedTarget {
  const other = targets[math.random(0, targets.length - 1)] ?? first;
  return loadOf(other) < loadOf(first) ? other : first;
}

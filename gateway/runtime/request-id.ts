import { paddedText, wholeNumberText } from "../policies/number-text";
import { readFile } from "./host/memory";

const GROUP = 1_000;

/** Nobody else's prefix: 12 hex digits and a dash, from the kernel, drawn anew by every worker. */
let prefix = "";
let counter = 0;
/** The prefix with all digits of the counter but the last three: the same for a thousand requests. */
let head = "";
/** The kernel's whole random number: no other worker anywhere has it, and no client sees it. */
let secret = "";
let randomCounter = 0;

export function openRequestIds(): void {
  const [uuid] = string.gsub(readFile("/proc/sys/kernel/random/uuid") ?? "", "[^%x]", "");
  secret = uuid;
  prefix = `${string.sub(uuid, 1, 12)}-`;
  counter = GROUP - 1;
}

/** Unique across workers, nodes and restarts; short enough to read out. */
export function nextRequestId(): string {
  counter += 1;
  const low = counter % GROUP;
  if (low === 0) {
    head = `${prefix}${wholeNumberText(counter / GROUP)}`;
  }
  return `${head}${paddedText(low)}`;
}

/** How many requests of this worker got an id. */
export function countRequestIds(this: void): number {
  return counter;
}

/** A text that no other call, worker or node gets: to be digested, for who wants it to look random. */
export function nextRandomText(): string {
  randomCounter += 1;
  return `${secret}${wholeNumberText(randomCounter)}`;
}

import { readFile } from "./host/memory";

/** Nobody else's prefix: 12 hex digits from the kernel, drawn anew by every worker. */
let prefix = "";
let counter = 0;

export function openRequestIds(): void {
  const [uuid] = string.gsub(readFile("/proc/sys/kernel/random/uuid") ?? "", "[^%x]", "");
  prefix = string.sub(uuid, 1, 12);
  counter = 0;
}

/** Unique across workers, nodes and restarts; short enough to read out. */
export function nextRequestId(): string {
  counter += 1;
  return `${prefix}-${counter}`;
}

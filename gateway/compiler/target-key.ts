import { createHash } from "node:crypto";
import type { Target } from "../contract/bundle";

/** 48 bits of a hash: a number that LuaJIT holds exactly, and never 0. */
export function keyOf(identity: string): number {
  return createHash("sha256").update(identity).digest().readUIntBE(0, 6) + 1;
}

export function nameOf({ scheme, host, port, path, service }: Omit<Target, "weight">): string {
  if (service !== undefined) {
    return `${scheme}+srv://${service}${path}`;
  }
  return `${scheme}://${host.includes(":") ? `[${host}]` : host}:${port}${path}`;
}

import type { Snapshot } from "../compiler/snapshot";
import { upstreamSettingsSchema, type UpstreamSettingsInput } from "../compiler/upstream-settings";
import { shopSnapshot } from "./snapshots";

export interface TestTarget {
  readonly url: string;
  readonly weight?: number;
  readonly pool?: string;
}

/** The shop (snapshots.ts) with an upstream of its own making. */
export function upstreamSnapshot(
  targets: readonly (string | TestTarget)[],
  settings: UpstreamSettingsInput,
  timeouts: { connectTimeoutMs?: number; sendTimeoutMs?: number; readTimeoutMs?: number } = {},
): Snapshot {
  const upstream = {
    id: 1,
    targets: targets.map((target) => ({ weight: 1, ...(typeof target === "string" ? { url: target } : target) })),
    settings: upstreamSettingsSchema.parse(settings),
    ...timeouts,
  };
  return shopSnapshot([], { version: { upstream } });
}

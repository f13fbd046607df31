import { upstreamSettingsSchema, type UpstreamSettings } from "@/gateway/compiler/upstream-settings";
import type { UpdateUpstream } from "@/lib/api-schemas";

type SettingsChange = Omit<UpdateUpstream, "targets" | "connectTimeoutMs" | "sendTimeoutMs" | "readTimeoutMs">;

/** The column `settings`, which only this code writes; defaults that came since are filled in. */
export function readStoredSettings(column: unknown): UpstreamSettings {
  return upstreamSettingsSchema.parse(column);
}

/** What is given replaces what was, null takes it away, what is absent stays. */
export function changeSettings(before: UpstreamSettings, settings: SettingsChange): UpstreamSettings {
  const merged = Object.entries({ ...before, ...withoutAbsent(settings) }).filter(([, value]) => value !== null);
  return upstreamSettingsSchema.parse(Object.fromEntries(merged));
}

function withoutAbsent(settings: SettingsChange): Partial<SettingsChange> {
  return Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== undefined));
}

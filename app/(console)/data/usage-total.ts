import type { Usage } from "@/lib/api-schemas";

export interface UsageTotal {
  readonly requests: number;
  readonly errors: number;
  readonly refused: number;
  readonly p95Ms: number | null;
  /** 0 to 1; null where nothing was called. */
  readonly errorShare: number | null;
}

/** The one row of usage that was asked without interval and group; zeros when there was no call. */
export function toTotal(usage: Usage | undefined): UsageTotal | undefined {
  if (usage === undefined) {
    return undefined;
  }
  const row = usage.rows[0];
  const requests = row?.requests ?? 0;
  const errors = row?.errors ?? 0;
  return {
    requests,
    errors,
    refused: row?.refused ?? 0,
    p95Ms: row?.p95Ms ?? null,
    errorShare: requests === 0 ? null : errors / requests,
  };
}

/** The relative change, for a tile; nothing where there is nothing to compare with. */
export function changeOf(
  now: number | null | undefined,
  before: number | null | undefined,
  moreIs: "good" | "bad" | "neutral",
): { ratio: number; moreIs: "good" | "bad" | "neutral" } | undefined {
  if (now === null || now === undefined || before === null || before === undefined || before === 0) {
    return undefined;
  }
  return { ratio: now / before - 1, moreIs };
}

/** A span of time that dashboards ask for: one of the presets, counted back from now, or two fixed moments. */
export type TimeRange =
  | { readonly kind: "preset"; readonly id: PresetId }
  | { readonly kind: "fixed"; readonly from: string; readonly to: string };

export const PRESETS = [
  { id: "15m", label: "15 min", minutes: 15 },
  { id: "1h", label: "1 hour", minutes: 60 },
  { id: "6h", label: "6 hours", minutes: 360 },
  { id: "24h", label: "24 hours", minutes: 1440 },
  { id: "7d", label: "7 days", minutes: 10_080 },
  { id: "30d", label: "30 days", minutes: 43_200 },
] as const;

export type PresetId = (typeof PRESETS)[number]["id"];

export interface ResolvedRange {
  readonly from: Date;
  readonly to: Date;
  /** The width of one point of a chart. */
  readonly interval: "minute" | "hour" | "day";
}

/** Reads `range`, or `from` and `to`, of a URL's search. Anything unreadable is the fallback. */
export function readTimeRange(search: URLSearchParams, fallback: PresetId = "1h"): TimeRange {
  const from = search.get("from");
  const to = search.get("to");
  if (from !== null && to !== null && Date.parse(from) < Date.parse(to)) {
    return { kind: "fixed", from, to };
  }
  const id = search.get("range");
  const preset = PRESETS.find((candidate) => candidate.id === id);
  return { kind: "preset", id: preset?.id ?? fallback };
}

/** The search of a URL with the range in it and everything else kept. */
export function writeTimeRange(search: URLSearchParams, range: TimeRange): URLSearchParams {
  const next = new URLSearchParams(search);
  next.delete("range");
  next.delete("from");
  next.delete("to");
  if (range.kind === "preset") {
    next.set("range", range.id);
  } else {
    next.set("from", range.from);
    next.set("to", range.to);
  }
  return next;
}

/** The moments a range stands for. A preset ends at the end of the running minute, so that it holds the newest calls. */
export function resolveTimeRange(range: TimeRange, now: Date): ResolvedRange {
  if (range.kind === "fixed") {
    const from = new Date(range.from);
    const to = new Date(range.to);
    return { from, to, interval: intervalFor(to.getTime() - from.getTime()) };
  }
  const minutes = PRESETS.find((preset) => preset.id === range.id)?.minutes ?? 60;
  const to = new Date(Math.ceil((now.getTime() + 1) / 60_000) * 60_000);
  return { from: new Date(to.getTime() - minutes * 60_000), to, interval: intervalFor(minutes * 60_000) };
}

/** The same range one step earlier, for "compared with before". */
export function previousRange(range: ResolvedRange): ResolvedRange {
  const length = range.to.getTime() - range.from.getTime();
  return { from: new Date(range.from.getTime() - length), to: range.from, interval: range.interval };
}

function intervalFor(lengthMs: number): ResolvedRange["interval"] {
  if (lengthMs <= 6 * 3_600_000) {
    return "minute";
  }
  return lengthMs <= 8 * 86_400_000 ? "hour" : "day";
}

const relative = new Intl.RelativeTimeFormat("en", { numeric: "auto" });

const STEPS: readonly (readonly [limitSeconds: number, unitSeconds: number, unit: Intl.RelativeTimeFormatUnit])[] = [
  [60, 1, "second"],
  [3600, 60, "minute"],
  [86_400, 3600, "hour"],
  [30 * 86_400, 86_400, "day"],
  [365 * 86_400, 30 * 86_400, "month"],
  [Number.POSITIVE_INFINITY, 365 * 86_400, "year"],
];

/** "12 minutes ago", "in 3 days", "just now" within ten seconds. */
export function formatRelative(time: Date, now: Date): string {
  const seconds = (time.getTime() - now.getTime()) / 1000;
  const distance = Math.abs(seconds);
  if (distance < 10) {
    return "just now";
  }
  const step = STEPS.find(([limitSeconds]) => distance < limitSeconds);
  const [, unitSeconds, unit] = step ?? [0, 365 * 86_400, "year" as const];
  return relative.format(Math.trunc(seconds / unitSeconds), unit);
}

/** The exact time in the viewer's zone, with the zone: "12 Mar 2026, 14:03:22 GMT+1". Only for text that is made in the browser. */
export function formatExactTime(time: Date): string {
  return new Intl.DateTimeFormat("en-GB", { dateStyle: "medium", timeStyle: "long" }).format(time);
}

/** A label for a chart's time axis, as precise as the range needs. */
export function formatAxisTime(time: number, rangeMs: number): string {
  return new Intl.DateTimeFormat("en-GB", axisPrecision(rangeMs / 3_600_000)).format(time);
}

function axisPrecision(rangeHours: number): Intl.DateTimeFormatOptions {
  if (rangeHours <= 96) {
    return { hour: "2-digit", minute: "2-digit", ...(rangeHours > 36 && { weekday: "short" }) };
  }
  return { day: "numeric", ...(rangeHours > 192 ? { month: "short" } : { weekday: "short" }) };
}

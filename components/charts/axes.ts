import { formatAxisTime } from "@/components/format/format-time";

const TICK = { fontSize: 11, fill: "var(--text-faint)" };

/** Settings of the horizontal axis, the same for every chart over time. */
export function timeAxis(points: readonly { readonly time: number }[]) {
  const first = points[0]?.time ?? 0;
  const last = points.at(-1)?.time ?? 0;
  return {
    dataKey: "time",
    type: "number",
    scale: "time",
    domain: [first, last],
    ticks: roundTimes(first, last),
    tickFormatter: (time: number) => formatAxisTime(time, last - first),
    tick: TICK,
    tickLine: false,
    axisLine: { stroke: "var(--line-strong)" },
    interval: "equidistantPreserveStart",
    minTickGap: 24,
    height: 22,
  } as const;
}

/** Settings of the vertical axis: three or four quiet lines, from zero to the round value above the highest. */
export function valueAxis(format: (value: number) => string, highest: number, isWhole: boolean) {
  const ticks = roundValues(highest, isWhole);
  return {
    // A label must not break in two at the space before its unit.
    tickFormatter: (value: number) => format(value).replaceAll(" ", "\u00a0"),
    tick: TICK,
    ticks,
    domain: [0, ticks.at(-1) ?? 1],
    interval: 0,
    tickLine: false,
    axisLine: false,
    width: 52,
  } as const;
}

const MOST_STEPS = 4;

/** 0, 50, 100, 150 for 105: the fewest round steps that hold the highest value, at most four. */
export function roundValues(highest: number, isWhole = false): readonly number[] {
  const least = Math.max(highest, isWhole ? 1 : Number.MIN_VALUE) / MOST_STEPS;
  const magnitude = 10 ** Math.floor(Math.log10(least));
  const steps = [1, 2, 2.5, 5, 10].map((factor) => factor * magnitude);
  const step = steps.find((candidate) => candidate >= least && (!isWhole || Number.isInteger(candidate))) ?? least;
  const count = Math.max(1, Math.ceil(highest / step));
  return Array.from({ length: count + 1 }, (_, index) => index * step);
}

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
const STEPS_MS: readonly number[] = [
  ...[1, 2, 5, 10, 15, 30].map((minutes) => minutes * MINUTE_MS),
  ...[1, 2, 3, 6, 12].map((hours) => hours * HOUR_MS),
  ...[1, 2, 7, 14].map((days) => days * DAY_MS),
];
const MOST_TIMES = 8;
/** A label is centred at its moment: near the end it would be cut off. */
const FREE_SHARE_AT_END = 0.04;

/** Round moments of the viewer's clock inside a range: full ten minutes, hours or midnights. */
export function roundTimes(first: number, last: number): readonly number[] {
  const length = last - first;
  const step = STEPS_MS.find((candidate) => length / candidate <= MOST_TIMES) ?? length / MOST_TIMES;
  const zoneMs = new Date(first).getTimezoneOffset() * MINUTE_MS;
  const end = last - length * FREE_SHARE_AT_END;
  const times: number[] = [];
  for (let time = Math.ceil((first - zoneMs) / step) * step + zoneMs; time <= end; time += step) {
    times.push(time);
  }
  return times;
}

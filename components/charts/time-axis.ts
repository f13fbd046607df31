import { formatAxisTime } from "@/components/format/format-time";
import { AXIS_TICK } from "./chart-frame";

/** Settings of the horizontal axis, the same for every chart over time. */
export function timeAxis(points: readonly { readonly time: number }[]) {
  const first = points[0]?.time ?? 0;
  const last = points.at(-1)?.time ?? 0;
  return {
    dataKey: "time",
    type: "number",
    scale: "time",
    domain: [first, last],
    tickFormatter: (time: number) => formatAxisTime(time, last - first),
    tick: AXIS_TICK,
    tickLine: false,
    axisLine: { stroke: "var(--line-strong)" },
    minTickGap: 48,
    height: 22,
  } as const;
}

/** Settings of the vertical axis: three or four quiet lines. */
export function valueAxis(format: (value: number) => string) {
  return {
    // A label must not break in two at the space before its unit.
    tickFormatter: (value: number) => format(value).replaceAll(" ", "\u00a0"),
    tick: AXIS_TICK,
    tickLine: false,
    axisLine: false,
    tickCount: 4,
    width: 52,
  } as const;
}

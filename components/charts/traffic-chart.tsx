"use client";

import { Area } from "recharts";
import { formatCount, formatCountShort } from "@/components/format/format-number";
import { TimeChart, type TimeChartProps } from "./time-chart";

export interface TrafficPoint {
  readonly time: number;
  readonly requests: number;
}

const CALLS = { key: "requests", label: "Calls", color: "var(--chart-traffic)" } as const;

/** Calls over time as an area, with a tick for each release. */
export function TrafficChart(props: TimeChartProps<TrafficPoint>) {
  const highest = Math.max(0, ...props.points.map((point) => point.requests));
  return (
    <TimeChart
      {...props}
      series={[CALLS]}
      legend={[{ ...CALLS, mark: "area" }]}
      isEmpty={highest === 0}
      highest={highest}
      hasWholeValues
      formatAxis={formatCountShort}
      formatValue={formatCount}
    >
      <Area
        dataKey={CALLS.key}
        type="linear"
        stroke={CALLS.color}
        strokeWidth={1.5}
        fill={CALLS.color}
        fillOpacity={0.14}
        isAnimationActive={false}
      />
    </TimeChart>
  );
}

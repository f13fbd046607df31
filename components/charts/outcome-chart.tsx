"use client";

import { Area } from "recharts";
import { formatCount, formatCountShort } from "@/components/format/format-number";
import { TimeChart, type TimeChartProps } from "./time-chart";

export interface OutcomePoint {
  readonly time: number;
  readonly success: number;
  readonly clientErrors: number;
  /** A policy said no. */
  readonly refused: number;
  /** Somebody other than the caller failed. */
  readonly errors: number;
}

const SERIES = [
  { key: "success", label: "Success", color: "var(--chart-1)" },
  { key: "clientErrors", label: "Caller’s mistake", color: "var(--chart-4)" },
  { key: "refused", label: "Refused", color: "var(--chart-2)" },
  { key: "errors", label: "Failed", color: "var(--chart-6)" },
] as const;

/** How calls ended, stacked, so that the height is the traffic. */
export function OutcomeChart(props: TimeChartProps<OutcomePoint>) {
  const highest = Math.max(
    0,
    ...props.points.map((point) => SERIES.reduce((total, series) => total + point[series.key], 0)),
  );
  return (
    <TimeChart
      {...props}
      series={SERIES}
      legend={SERIES.map((series) => ({ ...series, mark: "area" as const }))}
      isEmpty={highest === 0}
      highest={highest}
      hasWholeValues
      formatAxis={formatCountShort}
      formatValue={formatCount}
    >
      {SERIES.map((series) => (
        <Area
          key={series.key}
          dataKey={series.key}
          stackId="outcome"
          type="linear"
          // No outline: the one on top would trace the whole traffic in its colour even where it counts nothing.
          stroke="none"
          fill={series.color}
          fillOpacity={0.7}
          isAnimationActive={false}
        />
      ))}
    </TimeChart>
  );
}

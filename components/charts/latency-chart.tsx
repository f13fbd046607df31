"use client";

import { Line } from "recharts";
import { formatDurationMs } from "@/components/format/format-duration";
import { TimeChart, type TimeChartProps } from "./time-chart";

export interface LatencyPoint {
  readonly time: number;
  /** Null where nothing was called: the line has a gap instead of a false zero. */
  readonly p50Ms: number | null;
  readonly p95Ms: number | null;
  readonly p99Ms: number | null;
}

const SERIES = [
  { key: "p50Ms", label: "p50", color: "var(--chart-5)" },
  { key: "p95Ms", label: "p95", color: "var(--chart-1)" },
  { key: "p99Ms", label: "p99", color: "var(--chart-6)" },
] as const;

/** Latency percentiles over time. */
export function LatencyChart(props: TimeChartProps<LatencyPoint>) {
  const { points } = props;
  const values = points.flatMap((point) => SERIES.map((series) => point[series.key] ?? 0));
  return (
    <TimeChart
      {...props}
      series={SERIES}
      legend={SERIES.map((series) => ({ ...series, mark: "line" as const }))}
      isEmpty={points.every((point) => point.p50Ms === null)}
      highest={Math.max(0, ...values)}
      formatAxis={formatDurationMs}
      formatValue={formatDurationMs}
    >
      {SERIES.map((series) => (
        <Line
          key={series.key}
          dataKey={series.key}
          type="linear"
          stroke={series.color}
          strokeWidth={1.5}
          dot={(dot: DotPlace) => <LonePoint key={dot.index} dot={dot} points={points} series={series} />}
          isAnimationActive={false}
        />
      ))}
    </TimeChart>
  );
}

interface DotPlace {
  readonly cx?: number;
  readonly cy?: number;
  readonly index: number;
}

interface LonePointProps {
  dot: DotPlace;
  points: readonly LatencyPoint[];
  series: (typeof SERIES)[number];
}

/** A minute between two gaps has no line to either side: without a dot it would be invisible. */
function LonePoint({ dot, points, series }: LonePointProps) {
  const hasValue = (index: number) => (points[index]?.[series.key] ?? null) !== null;
  if (!hasValue(dot.index) || hasValue(dot.index - 1) || hasValue(dot.index + 1)) {
    return null;
  }
  return <circle cx={dot.cx} cy={dot.cy} r={2} fill={series.color} />;
}

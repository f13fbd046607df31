"use client";

import { CartesianGrid, Line, LineChart, ReferenceLine, Tooltip, XAxis, YAxis } from "recharts";
import { formatDurationMs } from "@/components/format/format-duration";
import { CHART_MARGIN, ChartFrame, ChartTooltip, CURSOR, readActiveTime, type TimeChartProps } from "./chart-frame";
import { timeAxis, valueAxis } from "./time-axis";

export interface LatencyPoint {
  readonly time: number;
  /** Null where nothing was called: the line has a gap instead of a false zero. */
  readonly p50Ms: number | null;
  readonly p95Ms: number | null;
  readonly p99Ms: number | null;
}

const LINES = [
  { key: "p50Ms", label: "p50", color: "var(--chart-5)" },
  { key: "p95Ms", label: "p95", color: "var(--chart-1)" },
  { key: "p99Ms", label: "p99", color: "var(--chart-6)" },
] as const;

interface DotPlace {
  readonly cx?: number;
  readonly cy?: number;
  readonly index: number;
}

/** A minute between two gaps has no line to either side: without a dot it would be invisible. */
function LonePoint({
  dot,
  points,
  line,
}: {
  dot: DotPlace;
  points: readonly LatencyPoint[];
  line: (typeof LINES)[number];
}) {
  const hasValue = (index: number) => (points[index]?.[line.key] ?? null) !== null;
  if (!hasValue(dot.index) || hasValue(dot.index - 1) || hasValue(dot.index + 1)) {
    return null;
  }
  return <circle cx={dot.cx} cy={dot.cy} r={2} fill={line.color} />;
}

/** Latency percentiles over time, with the objective of the SLA tier as a thin dashed line. */
export function LatencyChart({
  label,
  points,
  objectiveMs,
  height = 200,
  cursorGroup,
  marks = [],
  onSelect,
  isLoading = false,
}: TimeChartProps & { points: readonly LatencyPoint[]; objectiveMs?: number }) {
  const objective =
    objectiveMs === undefined
      ? []
      : [{ label: `Objective ${formatDurationMs(objectiveMs)}`, color: "var(--text-faint)", isDashed: true }];
  return (
    <ChartFrame
      label={label}
      height={height}
      isLoading={isLoading}
      isEmpty={points.every((point) => point.p50Ms === null)}
      legend={[...LINES, ...objective]}
    >
      <LineChart
        data={[...points]}
        margin={CHART_MARGIN}
        syncId={cursorGroup}
        syncMethod="value"
        onClick={(state) => {
          const time = readActiveTime(state);
          if (time !== undefined) {
            onSelect?.(time);
          }
        }}
      >
        <CartesianGrid vertical={false} stroke="var(--chart-grid)" />
        <XAxis {...timeAxis(points)} />
        <YAxis {...valueAxis(formatDurationMs)} />
        <Tooltip
          cursor={CURSOR}
          isAnimationActive={false}
          content={({ active, payload }) => {
            const point = payload?.[0]?.payload as LatencyPoint | undefined;
            return active && point !== undefined ? (
              <ChartTooltip
                time={point.time}
                lines={LINES.map((line) => {
                  const value = point[line.key];
                  return {
                    label: line.label,
                    color: line.color,
                    value: value === null ? "–" : formatDurationMs(value),
                  };
                })}
              />
            ) : null;
          }}
        />
        {marks.map((mark) => (
          <ReferenceLine key={`${mark.time}-${mark.label}`} x={mark.time} stroke="var(--text-faint)" strokeWidth={1} />
        ))}
        {objectiveMs !== undefined && (
          <ReferenceLine
            y={objectiveMs}
            stroke="var(--text-faint)"
            strokeDasharray="4 4"
            strokeWidth={1}
            ifOverflow="extendDomain"
          />
        )}
        {LINES.map((line) => (
          <Line
            key={line.key}
            dataKey={line.key}
            type="linear"
            stroke={line.color}
            strokeWidth={1.5}
            dot={(dot: DotPlace) => <LonePoint key={dot.index} dot={dot} points={points} line={line} />}
            isAnimationActive={false}
          />
        ))}
      </LineChart>
    </ChartFrame>
  );
}

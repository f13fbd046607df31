"use client";

import { Area, AreaChart, CartesianGrid, ReferenceLine, Tooltip, XAxis, YAxis } from "recharts";
import { formatCount, formatCountShort } from "@/components/format/format-number";
import { CHART_MARGIN, ChartFrame, ChartTooltip, CURSOR, readActiveTime, type TimeChartProps } from "./chart-frame";
import { timeAxis, valueAxis } from "./time-axis";

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
export function OutcomeChart({
  label,
  points,
  height = 200,
  cursorGroup,
  marks = [],
  onSelect,
  isLoading = false,
}: TimeChartProps & { points: readonly OutcomePoint[] }) {
  const isEmpty = points.every((point) => SERIES.every((series) => point[series.key] === 0));
  return (
    <ChartFrame label={label} height={height} isLoading={isLoading} isEmpty={isEmpty} legend={SERIES}>
      <AreaChart
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
        <YAxis {...valueAxis(formatCountShort)} allowDecimals={false} />
        <Tooltip
          cursor={CURSOR}
          isAnimationActive={false}
          content={({ active, payload }) => {
            const point = payload?.[0]?.payload as OutcomePoint | undefined;
            return active && point !== undefined ? (
              <ChartTooltip
                time={point.time}
                lines={SERIES.map((series) => ({
                  label: series.label,
                  color: series.color,
                  value: formatCount(point[series.key]),
                }))}
              />
            ) : null;
          }}
        />
        {marks.map((mark) => (
          <ReferenceLine key={`${mark.time}-${mark.label}`} x={mark.time} stroke="var(--text-faint)" strokeWidth={1} />
        ))}
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
      </AreaChart>
    </ChartFrame>
  );
}

"use client";

import { Area, AreaChart, CartesianGrid, ReferenceLine, Tooltip, XAxis, YAxis } from "recharts";
import { formatCount, formatCountShort } from "@/components/format/format-number";
import { CHART_MARGIN, ChartFrame, ChartTooltip, CURSOR, readActiveTime, type TimeChartProps } from "./chart-frame";
import { timeAxis, valueAxis } from "./time-axis";

export interface TrafficPoint {
  readonly time: number;
  readonly requests: number;
}

/** Calls over time as an area, with a tick for each release. */
export function TrafficChart({
  label,
  points,
  height = 200,
  cursorGroup,
  marks = [],
  onSelect,
  isLoading = false,
}: TimeChartProps & { points: readonly TrafficPoint[] }) {
  return (
    <ChartFrame
      label={label}
      height={height}
      isLoading={isLoading}
      isEmpty={points.every((point) => point.requests === 0)}
      legend={
        marks.length > 0
          ? [
              { label: "Calls", color: "var(--chart-traffic)" },
              { label: "Release", color: "var(--text-faint)" },
            ]
          : []
      }
    >
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
            const point = payload?.[0]?.payload as TrafficPoint | undefined;
            return active && point !== undefined ? (
              <ChartTooltip
                time={point.time}
                lines={[{ label: "Calls", value: formatCount(point.requests), color: "var(--chart-traffic)" }]}
              />
            ) : null;
          }}
        />
        {marks.map((mark) => (
          <ReferenceLine
            key={`${mark.time}-${mark.label}`}
            x={mark.time}
            stroke="var(--text-faint)"
            strokeWidth={1}
            label={{ value: mark.label, position: "insideTopLeft", fontSize: 10, fill: "var(--text-faint)" }}
          />
        ))}
        <Area
          dataKey="requests"
          type="linear"
          stroke="var(--chart-traffic)"
          strokeWidth={1.5}
          fill="var(--chart-traffic)"
          fillOpacity={0.14}
          isAnimationActive={false}
        />
      </AreaChart>
    </ChartFrame>
  );
}

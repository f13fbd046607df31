"use client";

import type { ReactNode } from "react";
import { CartesianGrid, ComposedChart, ReferenceLine, Tooltip, XAxis, YAxis } from "recharts";
import { ChartFrame, ChartTooltip, type LegendEntry } from "./chart-frame";
import { timeAxis, valueAxis } from "./axes";

/** What every chart over time takes. */
export interface TimeChartProps<Point extends { readonly time: number }> {
  /** Spoken in place of the picture: what it shows and the figure that matters. */
  label: string;
  points: readonly Point[];
  height?: number;
  /** Charts with the same group share one cursor. */
  cursorGroup?: string;
  /** Releases: thin vertical ticks with a word each. */
  marks?: readonly ChartMark[];
  isLoading?: boolean;
}

export interface ChartMark {
  /** Milliseconds since 1970. */
  readonly time: number;
  readonly label: string;
}

/** One quantity of a chart: its place in a point, its name, its colour. */
export interface ChartSeries<Key extends string> {
  readonly key: Key;
  readonly label: string;
  readonly color: string;
}

type PointOf<Key extends string> = { readonly time: number } & Readonly<Record<Key, number | null>>;

interface SharedChartProps<Key extends string> extends TimeChartProps<PointOf<Key>> {
  series: readonly ChartSeries<Key>[];
  legend: readonly LegendEntry[];
  isEmpty: boolean;
  /** The largest value drawn; the axis ends at the next round one. */
  highest: number;
  hasWholeValues?: boolean;
  formatAxis: (value: number) => string;
  formatValue: (value: number) => string;
  /** The areas and lines, as recharts draws them. */
  children: ReactNode;
}

const MARGIN = { top: 14, right: 8, bottom: 0, left: 0 };
const CURSOR = { stroke: "var(--text-faint)", strokeWidth: 1, strokeDasharray: "2 2" };
const QUIET = "var(--text-faint)";

/** Axes, cursor, tooltip and release ticks: what all charts over time have in common. */
export function TimeChart<Key extends string>({
  label,
  points,
  series,
  legend,
  isEmpty,
  highest,
  hasWholeValues = false,
  formatAxis,
  formatValue,
  height = 200,
  cursorGroup,
  marks = [],
  isLoading = false,
  children,
}: SharedChartProps<Key>) {
  const release: LegendEntry[] = marks.length === 0 ? [] : [{ label: "Release", color: QUIET, mark: "tick" }];
  return (
    <ChartFrame
      label={label}
      height={height}
      isLoading={isLoading}
      isEmpty={isEmpty}
      legend={isEmpty ? [] : [...legend, ...release]}
    >
      <ComposedChart data={[...points]} margin={MARGIN} syncId={cursorGroup} syncMethod="value">
        <CartesianGrid vertical={false} stroke="var(--chart-grid)" />
        <XAxis {...timeAxis(points)} />
        <YAxis {...valueAxis(formatAxis, highest, hasWholeValues)} />
        <Tooltip
          cursor={CURSOR}
          isAnimationActive={false}
          content={({ active, payload }) => {
            const point = payload?.[0]?.payload as PointOf<Key> | undefined;
            return active && point !== undefined ? (
              <ChartTooltip
                time={point.time}
                lines={series.map(({ key, label: name, color }) => {
                  const value: number | null = point[key];
                  return { label: name, color, value: value === null ? "–" : formatValue(value) };
                })}
              />
            ) : null;
          }}
        />
        {children}
        {marks.map((mark) => (
          <ReferenceLine
            key={`${mark.time}-${mark.label}`}
            x={mark.time}
            stroke={QUIET}
            strokeWidth={1}
            // Above the plot: inside, the label would lie on what is drawn.
            label={{ value: mark.label, position: "top", offset: 3, fontSize: 10, fill: QUIET }}
          />
        ))}
      </ComposedChart>
    </ChartFrame>
  );
}

"use client";

import type { ReactElement, ReactNode } from "react";
import { ResponsiveContainer } from "recharts";
import { formatExactTime } from "@/components/format/format-time";
import { Skeleton } from "@/components/ui/skeleton";

/** What every chart over time takes. */
export interface TimeChartProps {
  /** Spoken in place of the picture: what it shows and the figure that matters. */
  label: string;
  height?: number;
  /** Charts with the same group share one cursor. */
  cursorGroup?: string;
  /** Releases: thin vertical ticks with a word each. */
  marks?: readonly ChartMark[];
  /** A click on a point; the time in milliseconds since 1970. */
  onSelect?: (time: number) => void;
  isLoading?: boolean;
}

export interface ChartMark {
  readonly time: number;
  readonly label: string;
}

export const AXIS_TICK = { fontSize: 11, fill: "var(--text-faint)" };
export const CHART_MARGIN = { top: 12, right: 8, bottom: 0, left: 0 };
export const CURSOR = { stroke: "var(--text-faint)", strokeWidth: 1, strokeDasharray: "2 2" };

export interface ChartFrameProps {
  label: string;
  height: number;
  isLoading: boolean;
  isEmpty: boolean;
  legend: readonly LegendEntry[];
  children: ReactElement;
}

export interface LegendEntry {
  readonly label: string;
  readonly color: string;
  readonly isDashed?: boolean;
}

/** Holds the place of a chart in every state, so that nothing jumps when the data comes. */
export function ChartFrame({ label, height, isLoading, isEmpty, legend, children }: ChartFrameProps) {
  return (
    <figure className="min-w-0">
      <div style={{ height }} role="img" aria-label={label}>
        {isLoading ? (
          <Skeleton className="h-full w-full" />
        ) : isEmpty ? (
          <div className="grid h-full place-items-center rounded-sm border border-dashed text-sm text-text-faint">
            No calls in this range
          </div>
        ) : (
          <ResponsiveContainer width="100%" height="100%" initialDimension={{ width: 600, height }}>
            {children}
          </ResponsiveContainer>
        )}
      </div>
      {legend.length > 0 && (
        <figcaption className="mt-2 flex min-h-4 flex-wrap gap-x-4 gap-y-1 text-xs text-text-muted">
          {legend.map((entry) => (
            <span key={entry.label} className="inline-flex items-center gap-1.5">
              <span
                className="h-0 w-3.5 border-t-2"
                style={{ borderColor: entry.color, borderStyle: entry.isDashed === true ? "dashed" : "solid" }}
                aria-hidden="true"
              />
              {entry.label}
            </span>
          ))}
        </figcaption>
      )}
    </figure>
  );
}

export interface TooltipLine {
  readonly label: string;
  readonly value: string;
  readonly color?: string;
}

/** The card at the cursor: the exact time and every series with its value. */
export function ChartTooltip({ time, lines, note }: { time: number; lines: readonly TooltipLine[]; note?: ReactNode }) {
  return (
    <div className="min-w-40 rounded-md border bg-raised px-2.5 py-2 text-xs shadow-float">
      <p className="mb-1 text-text-muted tabular-nums">{formatExactTime(new Date(time))}</p>
      {lines.map((line) => (
        <div key={line.label} className="flex items-center justify-between gap-4 leading-5">
          <span className="flex items-center gap-1.5">
            {line.color !== undefined && (
              <span className="size-2 rounded-full" style={{ background: line.color }} aria-hidden="true" />
            )}
            {line.label}
          </span>
          <span className="font-medium tabular-nums">{line.value}</span>
        </div>
      ))}
      {note !== undefined && <div className="mt-1 text-text-muted">{note}</div>}
    </div>
  );
}

/** The time of a click or hover as recharts reports it. */
export function readActiveTime(state: { activeLabel?: string | number | undefined }): number | undefined {
  const time = Number(state.activeLabel);
  return state.activeLabel === undefined || Number.isNaN(time) ? undefined : time;
}

"use client";

import type { ReactElement } from "react";
import { ResponsiveContainer } from "recharts";
import { formatExactTime } from "@/components/format/format-time";
import { Skeleton } from "@/components/ui/skeleton";

export interface ChartFrameProps {
  /** Spoken in place of the picture: what it shows and the figure that matters. */
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
  /** As it is drawn in the chart. */
  readonly mark: "area" | "line" | "tick";
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
      <figcaption className="mt-2 flex min-h-4 flex-wrap gap-x-4 gap-y-1 text-xs text-text-muted">
        {legend.map((entry) => (
          <span key={entry.label} className="inline-flex items-center gap-1.5">
            <LegendMark color={entry.color} mark={entry.mark} />
            {entry.label}
          </span>
        ))}
      </figcaption>
    </figure>
  );
}

const MARK_STYLES: Record<LegendEntry["mark"], string> = {
  area: "size-2.5 rounded-xs bg-current",
  line: "w-3.5 border-t-2 border-current",
  tick: "h-3 border-l border-current",
};

function LegendMark({ color, mark }: Omit<LegendEntry, "label">) {
  return <span className={MARK_STYLES[mark]} style={{ color }} aria-hidden="true" />;
}

export interface TooltipLine {
  readonly label: string;
  readonly value: string;
  readonly color: string;
}

/** The card at the cursor: the exact time and every series with its value. */
export function ChartTooltip({ time, lines }: { time: number; lines: readonly TooltipLine[] }) {
  return (
    <div className="min-w-40 rounded-md border bg-raised px-2.5 py-2 text-xs shadow-float">
      <p className="mb-1 text-text-muted tabular-nums">{formatExactTime(new Date(time))}</p>
      {lines.map((line) => (
        <div key={line.label} className="flex items-center justify-between gap-4 leading-5">
          <span className="flex items-center gap-1.5">
            <span className="size-2 rounded-full" style={{ background: line.color }} aria-hidden="true" />
            {line.label}
          </span>
          <span className="font-medium tabular-nums">{line.value}</span>
        </div>
      ))}
    </div>
  );
}

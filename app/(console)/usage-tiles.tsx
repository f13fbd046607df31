"use client";

import type { UsagePoint } from "@/components/charts/usage-series";
import { formatDurationMs } from "@/components/format/format-duration";
import { formatCountShort, formatShare } from "@/components/format/format-number";
import { Stat } from "@/components/ui/stat";
import type { Usage } from "@/lib/api-schemas";
import { changeOf, toTotal } from "./data/usage-total";

export interface UsageTilesProps {
  /** One row for the whole range; undefined while loading. */
  usage: Usage | undefined;
  /** The same for the range before, where the change is shown. */
  before?: Usage | undefined;
  /** The course of each number, where it is shown. */
  points?: readonly UsagePoint[];
  /** Analytics with the same range and filters, where the tiles lead there. */
  analytics?: string;
}

/** The four numbers that say how traffic is: calls, share of errors, latency, refusals. */
export function UsageTiles({ usage, before, points, analytics }: UsageTilesProps) {
  const now = toTotal(usage);
  const earlier = toTotal(before);
  const courseOf = (valueOf: (point: UsagePoint) => number) => points?.map(valueOf);
  const href = (anchor: string) => (analytics === undefined ? undefined : `${analytics}${anchor}`);
  return (
    <div className="grid grid-cols-2 gap-3 sm:gap-4 lg:grid-cols-4">
      <Stat
        label="Calls"
        href={href("")}
        value={now && formatCountShort(now.requests)}
        change={changeOf(now?.requests, earlier?.requests, "neutral")}
        sparkline={courseOf((point) => point.requests)}
      />
      <Stat
        label="Error share"
        href={href("#errors")}
        value={now && (now.errorShare === null ? "–" : formatShare(now.errorShare))}
        change={changeOf(now?.errorShare, earlier?.errorShare, "bad")}
        sparkline={courseOf((point) => (point.requests === 0 ? 0 : point.errors / point.requests))}
        tone={(now?.errors ?? 0) > 0 ? "broken" : "muted"}
      />
      <Stat
        label="p95 latency"
        href={href("#latency")}
        value={now && (now.p95Ms === null ? "–" : formatDurationMs(now.p95Ms))}
        change={changeOf(now?.p95Ms, earlier?.p95Ms, "bad")}
        sparkline={courseOf((point) => point.p95Ms ?? 0)}
      />
      <Stat
        label="Refused"
        href={href("#errors")}
        value={now && formatCountShort(now.refused)}
        change={changeOf(now?.refused, earlier?.refused, "neutral")}
        sparkline={courseOf((point) => point.refused)}
        tone="muted"
      />
    </div>
  );
}

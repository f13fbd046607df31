"use client";

import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { queries } from "@/app/(console)/data/queries";
import { changeOf, toSeries, toTotal } from "@/app/(console)/data/usage-series";
import { useCan } from "@/app/(console)/data/use-can";
import { useUsage } from "@/app/(console)/data/use-usage";
import { toReleaseMarks } from "@/components/console/release-marks";
import { TrafficChart } from "@/components/charts/traffic-chart";
import { formatDurationMs } from "@/components/format/format-duration";
import { formatCount, formatCountShort, formatShare } from "@/components/format/format-number";
import type { TimeRange } from "@/components/format/time-range";
import { Card } from "@/components/ui/card";
import { ErrorState } from "@/components/ui/error-state";
import { Stat } from "@/components/ui/stat";

const LAST_HOUR: TimeRange = { kind: "preset", id: "1h" };

/** Four numbers of the last hour against the hour before, and the calls minute by minute with a tick for each release. */
export function TrafficNow({ environment }: { environment: string }) {
  const filters = useMemo(() => ({ environment }), [environment]);
  const can = useCan();
  const series = useUsage({ range: LAST_HOUR, filters, isSeries: true });
  const totals = useUsage({ range: LAST_HOUR, filters });
  const before = useUsage({ range: LAST_HOUR, filters, isBefore: true });
  const releases = useQuery({ ...queries.releases(environment, 10), enabled: can.readReleases });
  const points = toSeries(series.data);
  const now = toTotal(totals.data);
  const earlier = toTotal(before.data);

  if (series.isError && series.data === undefined) {
    return (
      <Card>
        <ErrorState
          title="The traffic could not be loaded"
          error={series.error}
          onRetry={() => void series.refetch()}
        />
      </Card>
    );
  }
  const analytics = `/console/analytics?range=1h&environment=${environment}`;
  return (
    <section aria-label="Traffic of the last hour" className="flex flex-col gap-4">
      <div className="grid grid-cols-2 gap-3 sm:gap-4 lg:grid-cols-4">
        <Stat
          label="Calls"
          href={analytics}
          value={now === undefined ? undefined : formatCountShort(now.requests)}
          change={changeOf(now?.requests, earlier?.requests, "neutral")}
          sparkline={points.map((point) => point.requests)}
        />
        <Stat
          label="Error share"
          href={`${analytics}#errors`}
          value={now === undefined ? undefined : now.errorShare === null ? "–" : formatShare(now.errorShare)}
          change={changeOf(now?.errorShare, earlier?.errorShare, "bad")}
          sparkline={points.map((point) => (point.requests === 0 ? 0 : point.errors / point.requests))}
          tone="broken"
        />
        <Stat
          label="p95 latency"
          href={`${analytics}#latency`}
          value={now === undefined ? undefined : now.p95Ms === null ? "–" : formatDurationMs(now.p95Ms)}
          change={changeOf(now?.p95Ms, earlier?.p95Ms, "bad")}
          sparkline={points.map((point) => point.p95Ms ?? 0)}
        />
        <Stat
          label="Refused"
          href={`${analytics}#errors`}
          value={now === undefined ? undefined : formatCountShort(now.refused)}
          change={changeOf(now?.refused, earlier?.refused, "neutral")}
          sparkline={points.map((point) => point.refused)}
          tone="muted"
        />
      </div>
      <Card title="Calls per minute">
        <TrafficChart
          label={`Calls per minute in ${environment}: ${formatCount(now?.requests ?? 0)} in the last hour`}
          points={points}
          marks={toReleaseMarks(releases.data?.items, points)}
          isLoading={series.isPending}
          height={180}
        />
      </Card>
    </section>
  );
}

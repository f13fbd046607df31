"use client";

import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { queries } from "@/app/(console)/data/queries";
import { useCan } from "@/app/(console)/data/use-can";
import { useUsage } from "@/app/(console)/data/use-usage";
import { UsageTiles } from "@/app/(console)/usage-tiles";
import { toReleaseMarks } from "@/components/console/release-marks";
import { TrafficChart } from "@/components/charts/traffic-chart";
import { toUsagePoints } from "@/components/charts/usage-series";
import { formatCount } from "@/components/format/format-number";
import type { TimeRange } from "@/components/format/time-range";
import { Card } from "@/components/ui/card";
import { ErrorState } from "@/components/ui/error-state";

const LAST_HOUR: TimeRange = { kind: "preset", id: "1h" };

/** Four numbers of the last hour against the hour before, and the calls minute by minute with a tick for each release. */
export function TrafficNow({ environment }: { environment: string }) {
  const filters = useMemo(() => ({ environment }), [environment]);
  const can = useCan();
  const series = useUsage({ range: LAST_HOUR, filters, isSeries: true });
  const totals = useUsage({ range: LAST_HOUR, filters });
  const before = useUsage({ range: LAST_HOUR, filters, isBefore: true });
  const releases = useQuery({ ...queries.releases(environment, 10), enabled: can.readReleases });
  const points = toUsagePoints(series.data);

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
  return (
    <section aria-label="Traffic of the last hour" className="flex flex-col gap-4">
      <UsageTiles
        usage={totals.data}
        before={before.data}
        points={points}
        analytics={`/console/analytics?range=1h&environment=${environment}`}
      />
      <Card title="Calls per minute">
        <TrafficChart
          label={`Calls per minute in ${environment}: ${formatCount(totals.data?.rows[0]?.requests ?? 0)} in the last hour`}
          points={points}
          marks={toReleaseMarks(releases.data?.items, points)}
          isLoading={series.isPending}
          height={180}
        />
      </Card>
    </section>
  );
}

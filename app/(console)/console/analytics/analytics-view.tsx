"use client";

import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { paths } from "@/app/(console)/data/paths";
import { queries } from "@/app/(console)/data/queries";
import { useCan } from "@/app/(console)/data/use-can";
import { useUrlState } from "@/app/(console)/data/use-url-state";
import { useUsage, type UsageFilters } from "@/app/(console)/data/use-usage";
import { UsageTiles } from "@/app/(console)/usage-tiles";
import { LatencyChart } from "@/components/charts/latency-chart";
import { OutcomeChart } from "@/components/charts/outcome-chart";
import { TrafficChart } from "@/components/charts/traffic-chart";
import { toUsagePoints } from "@/components/charts/usage-series";
import { toReleaseMarks } from "@/components/console/release-marks";
import { Toolbar } from "@/components/console/toolbar";
import { formatCount } from "@/components/format/format-number";
import type { TimeRange } from "@/components/format/time-range";
import { useEnvironment } from "@/components/shell/environment";
import { Card, CardLink } from "@/components/ui/card";
import { ErrorState } from "@/components/ui/error-state";
import { TimeRangePicker, useTimeRange } from "@/components/ui/time-range-picker";
import type { UsageDimension } from "@/lib/api-schemas";
import { Breakdown } from "./breakdown";
import { dimensionOf } from "./dimensions";
import { FilterChips } from "./filter-chips";
import { TopList } from "./top-list";
import { useAnalyticsFilters, type FilterValues } from "./use-analytics-filters";

const BY_OUTCOME: readonly UsageDimension[] = ["outcome"];
const CURSOR_GROUP = "analytics";

/**
 * Traffic, latency and errors over time, and the same taken apart by one dimension. A click on a row narrows the page to it.
 * @param fixed what the page is about anyway, for example one version of an API
 */
export function AnalyticsView({ fixed }: { fixed: FilterValues }) {
  const [range] = useTimeRange("24h");
  const filters = useAnalyticsFilters(fixed);
  const url = useUrlState();
  const first: UsageDimension = fixed.api === undefined ? "api" : "operation";
  const dimension = dimensionOf(url.get("by"), first);
  const choose = (id: UsageDimension) => url.set({ by: id === first ? undefined : id });
  const shared = { range, filters: filters.asked, onFilter: filters.set };
  return (
    <div className="flex flex-col gap-4">
      <Toolbar actions={<TimeRangePicker fallback="24h" />}>
        <FilterChips filters={filters} />
      </Toolbar>
      <Totals range={range} filters={filters.asked} />
      <Charts range={range} filters={filters.asked} />
      <div className="grid gap-4 lg:grid-cols-3">
        {[first, "application" as const, "plan" as const].map((id) => (
          <TopList key={id} dimension={dimensionOf(id, id)} onSeeAll={() => choose(id)} {...shared} />
        ))}
      </div>
      <Breakdown dimension={dimension} isFixed={fixed.api !== undefined} onDimension={choose} {...shared} />
    </div>
  );
}

/** The calls behind the charts, as far as they were written down. */
function requestsHref(range: TimeRange, { api, version, operation, application, outcome }: UsageFilters): string {
  const moments = range.kind === "preset" ? { range: range.id } : { from: range.from, to: range.to };
  return paths.requests({ ...moments, api, version, operation, application, outcome });
}

interface PartProps {
  range: TimeRange;
  filters: UsageFilters;
}

function Totals({ range, filters }: PartProps) {
  const now = useUsage({ range, filters });
  const before = useUsage({ range, filters, isBefore: true });
  return <UsageTiles usage={now.data} before={before.data} />;
}

function Charts({ range, filters }: PartProps) {
  const [environment] = useEnvironment();
  const can = useCan();
  const series = useUsage({ range, filters, isSeries: true });
  const outcomes = useUsage({ range, filters, isSeries: true, groupBy: BY_OUTCOME });
  const releases = useQuery({ ...queries.releases(environment, 50), enabled: can.readReleases });
  const points = useMemo(() => toUsagePoints(series.data, outcomes.data), [series.data, outcomes.data]);
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
  const shared = {
    points,
    cursorGroup: CURSOR_GROUP,
    isLoading: series.isPending,
    marks: toReleaseMarks(releases.data?.items, points),
  };
  const sum = points.reduce((total, point) => total + point.requests, 0);
  return (
    <div className="grid gap-4 lg:grid-cols-2">
      <Card title={`Calls per ${series.data?.interval ?? "minute"}`} className="lg:col-span-2">
        <TrafficChart label={`Calls over time: ${formatCount(sum)} in all`} {...shared} />
      </Card>
      <Card title="Latency" id="latency" description="Whole time at the gateway, within 5 %.">
        <LatencyChart label="Latency percentiles over time" {...shared} />
      </Card>
      <Card
        title="How calls ended"
        id="errors"
        description="Refused by a policy, or failed."
        actions={<CardLink href={requestsHref(range, filters)}>See requests</CardLink>}
      >
        <OutcomeChart label="Outcomes of calls over time" {...shared} />
      </Card>
    </div>
  );
}

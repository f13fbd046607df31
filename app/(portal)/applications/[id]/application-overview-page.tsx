"use client";

import { useQuery } from "@tanstack/react-query";
import { ListChecks } from "lucide-react";
import Link from "next/link";
import { LatencyChart } from "@/components/charts/latency-chart";
import { OutcomeChart } from "@/components/charts/outcome-chart";
import { toUsagePoints, type UsagePoint } from "@/components/charts/usage-series";
import { formatDurationMs } from "@/components/format/format-duration";
import { formatCount, formatShare } from "@/components/format/format-number";
import { resolveTimeRange, writeTimeRange, type TimeRange } from "@/components/format/time-range";
import { Button } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { DataTable } from "@/components/ui/data-table";
import { EmptyState } from "@/components/ui/empty-state";
import { ErrorState } from "@/components/ui/error-state";
import { InlineBar } from "@/components/ui/inline-bar";
import { OperationName } from "@/components/ui/operation-name";
import { Stat } from "@/components/ui/stat";
import { TimeRangePicker, useTimeRange } from "@/components/ui/time-range-picker";
import { usage } from "@/lib/api-client";
import type { RequestKind } from "@/lib/api-schemas/requests";
import type { UsageRow } from "@/lib/api-schemas/usage";
import { useShownApplication } from "./application-frame";

/** How an application has been doing: calls, refusals, failures and latency, and on which operations. */
export function ApplicationOverviewPage() {
  const application = useShownApplication();
  const [range] = useTimeRange("24h");
  const usageData = useApplicationUsage(application.id, range);
  const isUnconnected = application.subscriptions.active + application.subscriptions.pending === 0;
  return (
    <div className="flex flex-col gap-4">
      {isUnconnected && <SubscribeHint applicationId={application.id} />}
      <div className="flex flex-wrap items-center justify-between gap-2">
        <h2 className="text-lg font-semibold">Usage</h2>
        <TimeRangePicker fallback="24h" />
      </div>
      {usageData.isError && usageData.data === undefined ? (
        <Card>
          <ErrorState error={usageData.error} onRetry={() => void usageData.refetch()} />
        </Card>
      ) : (
        <UsageView data={usageData.data} requestsHref={requestsHref(application.id, range)} />
      )}
    </div>
  );
}

interface ApplicationUsage {
  /** For the whole range, without split. */
  readonly total: UsageRow | undefined;
  readonly points: readonly UsagePoint[];
  readonly operations: readonly UsageRow[];
}

const REFRESH_MS = 5000;

function useApplicationUsage(application: string, range: TimeRange) {
  return useQuery({
    queryKey: ["usage", "application", application, range],
    queryFn: async ({ signal }): Promise<ApplicationUsage> => {
      const { from, to, interval } = resolveTimeRange(range, new Date());
      const query = { application, from: from.toISOString(), to: to.toISOString() };
      const [total, series, outcomes, operations] = await Promise.all([
        usage.get(query, { signal }),
        usage.get({ ...query, interval }, { signal }),
        usage.get({ ...query, interval, groupBy: ["outcome"] }, { signal }),
        usage.get({ ...query, groupBy: ["api", "version", "operation"] }, { signal }),
      ]);
      return {
        total: total.rows[0],
        points: toUsagePoints(series, outcomes),
        operations: operations.rows.slice(0, 20),
      };
    },
    refetchInterval: range.kind === "preset" ? REFRESH_MS : false,
    placeholderData: (previous) => previous,
  });
}

/** The calls behind the numbers, in the same range. */
function requestsHref(application: string, range: TimeRange): (kind: RequestKind) => string {
  return (kind) =>
    `/applications/${application}/requests?${writeTimeRange(new URLSearchParams({ kind }), range).toString()}`;
}

interface UsageViewProps {
  data: ApplicationUsage | undefined;
  requestsHref: (kind: RequestKind) => string;
}

function UsageView({ data, requestsHref }: UsageViewProps) {
  const shared = { cursorGroup: "application", isLoading: data === undefined, points: data?.points ?? [] };
  return (
    <>
      <Tiles data={data} requestsHref={requestsHref} />
      <div className="grid gap-4 lg:grid-cols-2">
        <Card title="How calls ended">
          <OutcomeChart label="Calls over time by how they ended" {...shared} />
        </Card>
        <Card title="Latency">
          <LatencyChart label="Latency percentiles over time" {...shared} />
        </Card>
      </div>
      <Operations rows={data?.operations} />
    </>
  );
}

function Tiles({ data, requestsHref }: UsageViewProps) {
  const requests = data?.total?.requests ?? 0;
  const share = (count: number) => (requests === 0 ? "–" : formatShare(count / requests));
  const p95Ms = data?.total?.p95Ms ?? null;
  const p50Ms = data?.total?.p50Ms ?? null;
  const points = data?.points ?? [];
  return (
    <div className="grid grid-cols-2 gap-4 lg:grid-cols-4">
      <Stat
        label="Calls"
        value={data && formatCount(requests)}
        note="by all its keys"
        sparkline={points.map((point) => point.requests)}
      />
      <Stat
        label="Refused"
        href={requestsHref("refused")}
        value={data && formatCount(data.total?.refused ?? 0)}
        note={data && `${share(data.total?.refused ?? 0)} of calls`}
        sparkline={points.map((point) => point.refused)}
        tone="muted"
      />
      <Stat
        label="Failed"
        href={requestsHref("failed")}
        value={data && formatCount(data.total?.errors ?? 0)}
        note={data && `${share(data.total?.errors ?? 0)} of calls`}
        sparkline={points.map((point) => point.errors)}
        tone={(data?.total?.errors ?? 0) > 0 ? "broken" : "muted"}
      />
      <Stat
        label="p95 latency"
        value={data && (p95Ms === null ? "–" : formatDurationMs(p95Ms))}
        note={p50Ms === null ? "p50 –" : `p50 ${formatDurationMs(p50Ms)}`}
        sparkline={points.map((point) => point.p95Ms ?? 0)}
      />
    </div>
  );
}

function Operations({ rows }: { rows: readonly UsageRow[] | undefined }) {
  const most = Math.max(1, ...(rows ?? []).map((row) => row.requests));
  return (
    <Card title="Operations" isFlush>
      <DataTable
        label="Operations by calls"
        rows={rows}
        rowKey={(row) => [row.api, row.version, row.operation].join(" ")}
        initialSort={{ column: "calls", direction: "descending" }}
        skeletonRows={3}
        empty={<EmptyState title="No calls in this range">Calls appear here within seconds of being made.</EmptyState>}
        columns={[
          {
            id: "operation",
            header: "Operation",
            cell: (row) => <OperationCell row={row} />,
          },
          {
            id: "calls",
            header: "Calls",
            align: "right",
            sortValue: (row) => row.requests,
            cell: (row) => (
              <span className="inline-flex items-center gap-3">
                <InlineBar share={row.requests / most} className="max-sm:hidden" />
                <span className="min-w-10">{formatCount(row.requests)}</span>
              </span>
            ),
          },
          {
            id: "refused",
            header: "Refused",
            align: "right",
            showFrom: "sm",
            sortValue: (row) => row.refused,
            cell: (row) => formatCount(row.refused),
          },
          {
            id: "errors",
            header: "Failed",
            align: "right",
            showFrom: "sm",
            sortValue: (row) => row.errors,
            cell: (row) => formatCount(row.errors),
          },
          {
            id: "p95",
            header: "p95",
            align: "right",
            sortValue: (row) => row.p95Ms,
            cell: (row) => (row.p95Ms === null ? "–" : formatDurationMs(row.p95Ms)),
          },
        ]}
      />
    </Card>
  );
}

function OperationCell({ row }: { row: UsageRow }) {
  if (!row.method || !row.path) {
    return <span className="text-text-muted">{row.operation ?? "No operation matched"}</span>;
  }
  return <OperationName method={row.method} path={row.path} note={`${row.api ?? ""} ${row.version ?? ""}`} />;
}

function SubscribeHint({ applicationId }: { applicationId: string }) {
  return (
    <Card>
      <EmptyState
        icon={ListChecks}
        title="This application cannot call anything yet"
        className="py-8"
        action={
          <>
            <Button asChild variant="primary">
              <Link href={`/start?application=${applicationId}`}>Choose a plan</Link>
            </Button>
            <Button asChild>
              <Link href="/apis">Browse APIs</Link>
            </Button>
          </>
        }
      >
        Subscribe it to a plan; then its keys open the APIs of that plan.
      </EmptyState>
    </Card>
  );
}

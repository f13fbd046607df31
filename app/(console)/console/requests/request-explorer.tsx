"use client";

import { useQuery } from "@tanstack/react-query";
import { CircleCheck } from "lucide-react";
import { useMemo } from "react";
import { paths } from "@/app/(console)/data/paths";
import { queries } from "@/app/(console)/data/queries";
import { usePagedList } from "@/app/(console)/data/use-paged-list";
import { useUrlState, type UrlState } from "@/app/(console)/data/use-url-state";
import { FilterChip } from "@/components/console/filter-chip";
import { Toolbar } from "@/components/console/toolbar";
import { formatPlural } from "@/components/format/format-number";
import { outcomeInWords } from "@/components/format/outcome";
import { resolveTimeRange } from "@/components/format/time-range";
import { RequestTable } from "@/components/requests/request-table";
import { useEnvironment } from "@/components/shell/environment";
import { Button } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { EmptyState } from "@/components/ui/empty-state";
import { PageHeader } from "@/components/ui/page-header";
import { SearchBox } from "@/components/ui/search-box";
import { SegmentedControl } from "@/components/ui/segmented-control";
import { Select } from "@/components/ui/select";
import { TimeRangePicker, useTimeRange } from "@/components/ui/time-range-picker";
import { GATEWAY_ERRORS } from "@/gateway/contract/errors";
import { requests } from "@/lib/api-client";
import type { RequestKind } from "@/lib/api-schemas";

const REFRESH_MS = 5_000;
const KINDS = [
  { value: "all", label: "All" },
  { value: "refused", label: "Refused" },
  { value: "failed", label: "Failed" },
  { value: "other", label: "Samples" },
] as const satisfies readonly { value: RequestKind | "all"; label: string }[];

const REASONS = [
  { value: "", label: "Any reason" },
  ...Object.values(GATEWAY_ERRORS).map(({ code, title }) => ({ value: code, label: title })),
];

/** Filters that come from elsewhere, as links from analytics; they have a chip. */
const CHIPS = [
  { name: "outcome", label: "Outcome" },
  { name: "version", label: "Version" },
  { name: "operation", label: "Operation" },
  { name: "application", label: "Application" },
] as const;

const FILTERS = ["kind", "code", "api", "requestId", ...CHIPS.map(({ name }) => name)] as const;
type FilterName = (typeof FILTERS)[number];

/** Calls that were written down: all that were refused or failed, and a sample of the rest. */
export function RequestExplorer() {
  const url = useUrlState();
  const [environment] = useEnvironment();
  const [range] = useTimeRange("24h");
  const filters = useMemo(() => readFilters(url), [url]);
  const list = usePagedList(
    ["requests", "list", environment, range, filters],
    (cursor, options) => {
      const { from, to } = resolveTimeRange(range, new Date());
      const moments = { from: from.toISOString(), to: to.toISOString() };
      return requests.list({ environment, ...moments, ...filters, cursor }, options);
    },
    range.kind === "preset" ? { refetchInterval: REFRESH_MS } : {},
  );
  const clear = () => url.set(Object.fromEntries(FILTERS.map((name) => [name, undefined])));
  const dropped = list.first?.dropped ?? 0;
  return (
    <>
      <PageHeader
        title="Requests"
        description="Every call that was refused or failed, with the reason, and a sample of the rest."
      />
      <Filters url={url} />
      <Card
        isFlush
        footer={
          dropped === 0
            ? undefined
            : `${formatPlural(dropped, "more call")} of this time could not be kept: there were more than a node writes down.`
        }
      >
        <RequestTable
          rows={list.rows}
          error={list.error}
          onRetry={list.onRetry}
          more={list.more}
          skeletonRows={8}
          showsCaller
          hrefOf={(request) => paths.request(request.requestId)}
          empty={
            Object.keys(filters).length === 0 ? (
              <EmptyState icon={CircleCheck} title="No calls in this range">
                Calls appear here within seconds of being refused or of failing.
              </EmptyState>
            ) : (
              <EmptyState title="No call matches" action={<Button onClick={clear}>Clear the filters</Button>}>
                Choose a longer range, or take a filter off.
              </EmptyState>
            )
          }
        />
      </Card>
    </>
  );
}

function Filters({ url }: { url: UrlState }) {
  const apis = useQuery(queries.apis({ limit: 200 }));
  const application = url.get("application");
  const named = useQuery({
    ...queries.application(application ?? ""),
    enabled: application !== undefined,
    retry: false,
  });
  const known = [
    { value: "", label: "All APIs" },
    ...(apis.data?.items ?? []).map((api) => ({ value: api.slug, label: api.name })),
  ];
  const kind = KINDS.find(({ value }) => value === url.get("kind"))?.value ?? "all";
  const inWords = (name: string, value: string) =>
    name === "outcome" ? outcomeInWords(value) : name === "application" ? (named.data?.name ?? value) : value;
  return (
    <Toolbar actions={<TimeRangePicker fallback="24h" />}>
      <SegmentedControl
        label="Which calls"
        value={kind}
        options={KINDS}
        onChange={(next) => url.set({ kind: next === "all" ? undefined : next, outcome: undefined, code: undefined })}
      />
      <Select
        aria-label="Reason"
        className="w-44"
        value={url.get("code") ?? ""}
        options={REASONS}
        onChange={(event) => url.set({ code: event.target.value })}
      />
      <Select
        aria-label="API"
        className="w-36"
        value={url.get("api") ?? ""}
        options={known}
        onChange={(event) => url.set({ api: event.target.value, version: undefined, operation: undefined })}
      />
      <SearchBox
        label="Request id"
        value={url.get("requestId") ?? ""}
        onSearch={(requestId) => url.set({ requestId })}
        className="sm:w-48"
      />
      {CHIPS.map(({ name, label }) => {
        const value = url.get(name);
        return value === undefined ? null : (
          <FilterChip
            key={name}
            name={label}
            value={inWords(name, value)}
            onRemove={() => url.set({ [name]: undefined })}
          />
        );
      })}
    </Toolbar>
  );
}

function readFilters(url: UrlState): Partial<Record<Exclude<FilterName, "kind">, string>> & { kind?: RequestKind } {
  const values = FILTERS.flatMap((name) => {
    const value = url.get(name);
    return value === undefined ? [] : [[name, value]];
  });
  return Object.fromEntries(values) as Partial<Record<FilterName, string>> & { kind?: RequestKind };
}

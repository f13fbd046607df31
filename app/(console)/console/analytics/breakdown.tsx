"use client";

import { useMemo } from "react";
import { useUsage, type UsageFilters } from "@/app/(console)/data/use-usage";
import { useShown } from "@/components/console/use-shown";
import { formatDurationMs } from "@/components/format/format-duration";
import { formatBytes, formatCount, formatShare } from "@/components/format/format-number";
import type { TimeRange } from "@/components/format/time-range";
import { Card } from "@/components/ui/card";
import { DataTable, type Column } from "@/components/ui/data-table";
import { EmptyState } from "@/components/ui/empty-state";
import { InlineBar } from "@/components/ui/inline-bar";
import { OperationName } from "@/components/ui/operation-name";
import { Select } from "@/components/ui/select";
import type { UsageDimension, UsageRow } from "@/lib/api-schemas";
import { DIMENSIONS, type Dimension } from "./dimensions";
import type { FilterValues } from "./use-analytics-filters";

export interface BreakdownProps {
  dimension: Dimension;
  range: TimeRange;
  filters: UsageFilters;
  /** The page is about one version: API and version tell nothing apart. */
  isFixed: boolean;
  onDimension: (id: UsageDimension) => void;
  onFilter: (values: FilterValues) => void;
}

/** The traffic taken apart by one dimension, every row with all its numbers. */
export function Breakdown({ dimension, range, filters, isFixed, onDimension, onFilter }: BreakdownProps) {
  const usage = useUsage({ range, filters, groupBy: dimension.groupBy });
  const rows = usage.data?.rows;
  const columns = useMemo(() => makeColumns(dimension, rows ?? [], onFilter), [dimension, rows, onFilter]);
  const { shown, more } = useShown(rows ?? []);
  const offered = DIMENSIONS.filter(({ id }) => !isFixed || (id !== "api" && id !== "version"));
  return (
    <Card
      isFlush
      title={`By ${dimension.id === "api" ? "API" : dimension.label.toLowerCase()}`}
      actions={
        <label className="flex items-center gap-2 text-sm text-text-muted">
          Group by
          <Select
            value={dimension.id}
            onChange={(event) => onDimension(event.target.value as UsageDimension)}
            options={offered.map(({ id, label }) => ({ value: id, label }))}
            className="w-36"
          />
        </label>
      }
    >
      <DataTable
        label={`Calls by ${dimension.label}`}
        columns={columns}
        rows={rows === undefined ? undefined : shown}
        rowKey={(row) => JSON.stringify(dimension.groupBy.map((one) => row[one] ?? null)) + (row.product ?? "")}
        initialSort={{ column: "requests", direction: "descending" }}
        error={usage.error}
        onRetry={() => void usage.refetch()}
        more={more}
        empty={<EmptyState title="No calls in this range">Choose a longer range, or take a filter off.</EmptyState>}
      />
      {usage.data?.truncated === true && (
        <p className="border-t px-4 py-2 text-sm text-text-muted">Only the first 10,000 rows were read.</p>
      )}
    </Card>
  );
}

function makeColumns(
  dimension: Dimension,
  rows: readonly UsageRow[],
  onFilter: (values: FilterValues) => void,
): readonly Column<UsageRow>[] {
  const most = Math.max(1, ...rows.map((row) => row.requests));
  const share = (part: number, row: UsageRow) => (row.requests === 0 ? 0 : part / row.requests);
  const duration = (value: number | null) => (value === null ? "–" : formatDurationMs(value));
  return [
    {
      id: "name",
      header: dimension.label,
      sortValue: (row) => dimension.nameOf(row),
      cell: (row) => <NameCell dimension={dimension} row={row} onFilter={onFilter} />,
    },
    {
      id: "requests",
      header: "Calls",
      align: "right",
      sortValue: (row) => row.requests,
      cell: (row) => (
        <span className="inline-flex items-center gap-2 align-middle">
          <InlineBar share={row.requests / most} className="max-md:hidden" />
          <span className="min-w-12">{formatCount(row.requests)}</span>
        </span>
      ),
    },
    {
      id: "errors",
      header: "Errors",
      align: "right",
      sortValue: (row) => share(row.errors, row),
      cell: (row) => <span title={formatCount(row.errors)}>{formatShare(share(row.errors, row))}</span>,
    },
    {
      id: "refused",
      header: "Refused",
      align: "right",
      showFrom: "sm",
      sortValue: (row) => share(row.refused, row),
      cell: (row) => <span title={formatCount(row.refused)}>{formatShare(share(row.refused, row))}</span>,
    },
    {
      id: "p50",
      header: "p50",
      align: "right",
      showFrom: "md",
      sortValue: (row) => row.p50Ms,
      cell: (row) => duration(row.p50Ms),
    },
    {
      id: "p95",
      header: "p95",
      align: "right",
      showFrom: "sm",
      sortValue: (row) => row.p95Ms,
      cell: (row) => duration(row.p95Ms),
    },
    {
      id: "p99",
      header: "p99",
      align: "right",
      showFrom: "md",
      sortValue: (row) => row.p99Ms,
      cell: (row) => duration(row.p99Ms),
    },
    {
      id: "upstream",
      header: "Upstream p95",
      align: "right",
      showFrom: "lg",
      sortValue: (row) => row.upstreamP95Ms,
      cell: (row) => duration(row.upstreamP95Ms),
    },
    {
      id: "bytes",
      header: "Sent",
      align: "right",
      showFrom: "lg",
      sortValue: (row) => row.bytesOut,
      cell: (row) => formatBytes(row.bytesOut),
    },
  ];
}

interface NameCellProps {
  dimension: Dimension;
  row: UsageRow;
  onFilter: (values: FilterValues) => void;
}

function NameCell({ dimension, row, onFilter }: NameCellProps) {
  const name = dimension.nameOf(row);
  const filters = dimension.filtersOf(row);
  if (name === undefined) {
    return <span className="text-text-muted">{dimension.none}</span>;
  }
  const text =
    dimension.id === "operation" && row.method && row.path ? (
      <OperationName method={row.method} path={row.path} />
    ) : (
      name
    );
  if (filters === undefined) {
    return text;
  }
  return (
    <button
      type="button"
      aria-label={`Only ${name}`}
      className="rounded-sm text-left font-medium hover:underline"
      onClick={() => onFilter(filters)}
    >
      {text}
    </button>
  );
}

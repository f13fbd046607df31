"use client";

import { useMemo } from "react";
import { useUsage, type UsageFilters } from "@/app/(console)/data/use-usage";
import { formatDurationMs } from "@/components/format/format-duration";
import { formatCount, formatShare } from "@/components/format/format-number";
import type { TimeRange } from "@/components/format/time-range";
import { DataTable, type Column } from "@/components/ui/data-table";
import { InlineBar } from "@/components/ui/inline-bar";
import { OperationName } from "@/components/ui/operation-name";
import type { UsageDimension } from "@/lib/api-schemas";
import { useChosenApi } from "./api-context";

const BY_OPERATION: readonly UsageDimension[] = ["operation"];

interface Row {
  readonly key: string;
  readonly method: string;
  readonly path: string;
  readonly requests: number;
  readonly errorShare: number;
  readonly refused: number;
  readonly p95Ms: number | null;
}

/** Every operation of the version with its traffic, the busiest first; also those that nobody calls. */
export function OperationTraffic({ range, filters }: { range: TimeRange; filters: UsageFilters }) {
  const { version } = useChosenApi();
  const usage = useUsage({ range, filters, groupBy: BY_OPERATION });
  const rows = useMemo<readonly Row[] | undefined>(() => {
    if (usage.data === undefined) {
      return undefined;
    }
    const measured = new Map(usage.data.rows.map((row) => [row.operation, row]));
    return version.operations.map((operation) => {
      const row = measured.get(operation.key);
      const requests = row?.requests ?? 0;
      return {
        key: operation.key,
        method: operation.method,
        path: operation.path,
        requests,
        errorShare: requests === 0 ? 0 : (row?.errors ?? 0) / requests,
        refused: row?.refused ?? 0,
        p95Ms: row?.p95Ms ?? null,
      };
    });
  }, [usage.data, version.operations]);
  return (
    <DataTable
      label="Operations by calls"
      rows={rows}
      rowKey={(row) => row.key}
      columns={useMemo(() => makeColumns(rows ?? []), [rows])}
      initialSort={{ column: "calls", direction: "descending" }}
      error={usage.error}
      onRetry={() => void usage.refetch()}
      empty={null}
    />
  );
}

function makeColumns(rows: readonly Row[]): readonly Column<Row>[] {
  const most = Math.max(1, ...rows.map((row) => row.requests));
  const slowest = Math.max(1, ...rows.map((row) => row.p95Ms ?? 0));
  return [
    {
      id: "operation",
      header: "Operation",
      sortValue: (row) => row.path,
      cell: (row) => <OperationName method={row.method} path={row.path} />,
    },
    {
      id: "calls",
      header: "Calls",
      align: "right",
      sortValue: (row) => row.requests,
      cell: (row) => <Bar share={row.requests / most} text={formatCount(row.requests)} />,
    },
    {
      id: "p95",
      header: "p95",
      align: "right",
      sortValue: (row) => row.p95Ms,
      cell: (row) => (
        <Bar share={(row.p95Ms ?? 0) / slowest} text={row.p95Ms === null ? "–" : formatDurationMs(row.p95Ms)} />
      ),
    },
    {
      id: "errors",
      header: "Errors",
      align: "right",
      showFrom: "sm",
      sortValue: (row) => row.errorShare,
      cell: (row) =>
        row.requests === 0 ? "–" : <Bar isBroken share={row.errorShare} text={formatShare(row.errorShare)} />,
    },
    {
      id: "refused",
      header: "Refused",
      align: "right",
      showFrom: "md",
      sortValue: (row) => row.refused,
      cell: (row) => formatCount(row.refused),
    },
  ];
}

function Bar({ share, text, isBroken = false }: { share: number; text: string; isBroken?: boolean }) {
  return (
    <span className="inline-flex items-center gap-2 align-middle whitespace-nowrap">
      <InlineBar share={share} tone={isBroken ? "broken" : "accent"} className="max-lg:hidden" />
      <span className="min-w-12">{text}</span>
    </span>
  );
}

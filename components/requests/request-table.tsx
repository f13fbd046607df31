"use client";

import { useMemo, type ReactNode } from "react";
import { formatDurationMs } from "@/components/format/format-duration";
import { RelativeTime } from "@/components/format/relative-time";
import { DataTable, type Column, type DataTableProps } from "@/components/ui/data-table";
import { MethodBadge } from "@/components/ui/method-badge";
import type { LoggedRequest } from "@/lib/api-schemas";
import { OutcomeBadge } from "./outcome-badge";

export interface RequestTableProps extends Pick<
  DataTableProps<LoggedRequest>,
  "rows" | "error" | "onRetry" | "more" | "skeletonRows"
> {
  /** Where a call is told of. */
  hrefOf: (request: LoggedRequest) => string;
  /** Whose call it was: of no use where all are one application's. */
  showsCaller: boolean;
  empty: ReactNode;
}

/** Calls, newest first, each with the reason why it ended as it did. */
export function RequestTable({ hrefOf, showsCaller, ...rest }: RequestTableProps) {
  const columns = useMemo(() => makeColumns(showsCaller), [showsCaller]);
  return (
    <DataTable
      label="Requests"
      columns={columns}
      // Ids that callers choose themselves may come twice.
      rowKey={(request) => `${request.at} ${request.requestId}`}
      rowHref={hrefOf}
      {...rest}
    />
  );
}

function makeColumns(showsCaller: boolean): readonly Column<LoggedRequest>[] {
  return [
    {
      id: "call",
      header: "Call",
      className: "w-full",
      cell: (request) => (
        <span className="flex min-w-0 flex-col gap-1">
          <span className="flex min-w-0 items-center gap-x-3 gap-y-1 max-sm:flex-col max-sm:items-start">
            <MethodBadge method={request.method} />
            <span className="min-w-0 font-mono text-xs break-all">{request.path}</span>
          </span>
          <span className="line-clamp-2 text-xs font-normal text-text-muted max-sm:line-clamp-4">
            {request.explanation}
          </span>
          <span className="relative z-10 flex flex-wrap items-center gap-x-3 gap-y-1 text-xs font-normal sm:hidden">
            <OutcomeBadge request={request} />
            <RelativeTime time={request.at} className="text-text-muted" />
          </span>
        </span>
      ),
    },
    { id: "answer", header: "Answer", showFrom: "sm", cell: (request) => <OutcomeBadge request={request} /> },
    ...(showsCaller ? [CALLER] : []),
    {
      id: "latency",
      header: "Time",
      align: "right",
      showFrom: "md",
      cell: (request) => <span className="whitespace-nowrap">{formatDurationMs(request.latencyMs)}</span>,
    },
    {
      id: "at",
      header: "When",
      align: "right",
      showFrom: "sm",
      cell: (request) => <RelativeTime time={request.at} className="relative z-10 whitespace-nowrap text-text-muted" />,
    },
  ];
}

const CALLER: Column<LoggedRequest> = {
  id: "caller",
  header: "Caller",
  showFrom: "lg",
  cell: (request) =>
    request.application === null ? (
      <span className="text-text-faint">Unknown</span>
    ) : (
      <span className="whitespace-nowrap">{request.application.name}</span>
    ),
};

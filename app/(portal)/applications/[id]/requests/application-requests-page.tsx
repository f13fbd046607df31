"use client";

import { useInfiniteQuery } from "@tanstack/react-query";
import { CircleCheck } from "lucide-react";
import { useSearchParams } from "next/navigation";
import { resolveTimeRange } from "@/components/format/time-range";
import { RequestTable } from "@/components/requests/request-table";
import { Card } from "@/components/ui/card";
import { EmptyState } from "@/components/ui/empty-state";
import { SegmentedControl } from "@/components/ui/segmented-control";
import { TimeRangePicker, useTimeRange } from "@/components/ui/time-range-picker";
import { requests } from "@/lib/api-client";
import type { RequestKind } from "@/lib/api-schemas";
import { useShownApplication } from "../application-frame";

const REFRESH_MS = 5_000;
const KINDS = [
  { value: "refused", label: "Refused" },
  { value: "failed", label: "Failed" },
  { value: "other", label: "Samples" },
] as const satisfies readonly { value: RequestKind; label: string }[];

const EMPTY = {
  refused: [
    "No call was refused",
    "Calls that the gateway says no to appear here within seconds, each with the reason.",
  ],
  failed: ["No call failed", "Calls that the API’s server or the gateway could not answer appear here."],
  other: ["No samples", "Of calls that were answered only some are written down."],
} as const satisfies Record<RequestKind, readonly [string, string]>;

/** In the URL, so that a link, a reload and the back button keep it. */
function useKind(): [RequestKind, (kind: RequestKind) => void] {
  const search = useSearchParams();
  const kind = KINDS.find(({ value }) => value === search.get("kind"))?.value ?? "refused";
  return [
    kind,
    (next) => {
      const changed = new URLSearchParams(search);
      changed.set("kind", next);
      window.history.replaceState(null, "", `?${changed.toString()}`);
    },
  ];
}

/** Why calls of an application were refused or failed, each with its reason. */
export function ApplicationRequestsPage() {
  const application = useShownApplication();
  const [range] = useTimeRange("24h");
  const [kind, setKind] = useKind();
  const list = useInfiniteQuery({
    queryKey: ["requests", "application", application.id, kind, range],
    queryFn: ({ pageParam, signal }) => {
      const { from, to } = resolveTimeRange(range, new Date());
      const query = { application: application.id, kind, from: from.toISOString(), to: to.toISOString() };
      return requests.list({ ...query, cursor: pageParam }, { signal });
    },
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.nextCursor ?? undefined,
    refetchInterval: range.kind === "preset" ? REFRESH_MS : false,
  });
  const [title, text] = EMPTY[kind];
  return (
    <div className="flex flex-col gap-4">
      <div className="flex flex-wrap items-center justify-between gap-2">
        <SegmentedControl label="Which calls" value={kind} options={KINDS} onChange={setKind} />
        <TimeRangePicker fallback="24h" />
      </div>
      <Card isFlush>
        <RequestTable
          rows={list.data?.pages.flatMap((page) => page.items)}
          error={list.error}
          onRetry={() => void list.refetch()}
          showsCaller={false}
          hrefOf={(request) => `/requests/${encodeURIComponent(request.requestId)}`}
          more={{
            hasMore: list.hasNextPage,
            isLoading: list.isFetchingNextPage,
            onLoadMore: () => void list.fetchNextPage(),
          }}
          empty={
            <EmptyState icon={CircleCheck} title={title}>
              {text}
            </EmptyState>
          }
        />
      </Card>
    </div>
  );
}

"use client";

import { keepPreviousData, useQuery, type UseQueryResult } from "@tanstack/react-query";
import { previousRange, resolveTimeRange, type TimeRange } from "@/components/format/time-range";
import { usage, type GetUsage } from "@/lib/api-client";
import type { Usage, UsageDimension } from "@/lib/api-schemas";

export type UsageFilters = Omit<GetUsage, "from" | "to" | "interval" | "groupBy">;

interface UsageRequest {
  readonly range: TimeRange;
  readonly filters: UsageFilters;
  readonly groupBy?: readonly UsageDimension[];
  /** Rows over time instead of one row for the whole range. */
  readonly isSeries?: boolean;
  /** The same length of time just before the range. */
  readonly isBefore?: boolean;
  readonly isEnabled?: boolean;
}

/**
 * Usage of a range that moves with the clock: the moments are worked out when the question is asked, so that the key stays the same and
 * the numbers on the page are replaced, not taken away, every few seconds.
 */
export function useUsage({
  range,
  filters,
  groupBy,
  isSeries = false,
  isBefore = false,
  isEnabled = true,
}: UsageRequest): UseQueryResult<Usage> {
  return useQuery({
    queryKey: ["usage", range, filters, groupBy, isSeries, isBefore],
    queryFn: ({ signal }) => {
      const asked = resolveTimeRange(range, new Date());
      const { from, to, interval } = isBefore ? previousRange(asked) : asked;
      return usage.get(
        {
          ...filters,
          from: from.toISOString(),
          to: to.toISOString(),
          ...(groupBy === undefined ? {} : { groupBy }),
          ...(isSeries ? { interval } : {}),
        },
        { signal },
      );
    },
    placeholderData: keepPreviousData,
    refetchInterval: refreshMs(range),
    enabled: isEnabled,
  });
}

function refreshMs(range: TimeRange): number | false {
  if (range.kind === "fixed") {
    return false;
  }
  return range.id === "15m" || range.id === "1h" ? 5_000 : 30_000;
}

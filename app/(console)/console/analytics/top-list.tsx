"use client";

import { useUsage, type UsageFilters } from "@/app/(console)/data/use-usage";
import { formatCount } from "@/components/format/format-number";
import type { TimeRange } from "@/components/format/time-range";
import { Button } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { ErrorState } from "@/components/ui/error-state";
import { SkeletonLines } from "@/components/ui/skeleton";
import type { UsageRow } from "@/lib/api-schemas";
import type { Dimension } from "./dimensions";
import type { FilterValues } from "./use-analytics-filters";

export interface TopListProps {
  dimension: Dimension;
  range: TimeRange;
  filters: UsageFilters;
  onFilter: (values: FilterValues) => void;
  onSeeAll: () => void;
}

const SHOWN = 5;

/** The five with the most calls. */
export function TopList({ dimension, range, filters, onFilter, onSeeAll }: TopListProps) {
  const usage = useUsage({ range, filters, groupBy: dimension.groupBy });
  const rows = usage.data?.rows ?? [];
  const most = Math.max(1, ...rows.map((row) => row.requests));
  return (
    <Card
      title={`Top ${dimension.plural}`}
      actions={
        rows.length > SHOWN && (
          <Button size="small" variant="ghost" className="-my-1 -mr-2" onClick={onSeeAll}>
            All {formatCount(rows.length)}
          </Button>
        )
      }
    >
      <div className="lg:min-h-36">
        {usage.data === undefined ? (
          usage.isError ? (
            <ErrorState error={usage.error} onRetry={() => void usage.refetch()} />
          ) : (
            <SkeletonLines lines={SHOWN} />
          )
        ) : rows.length === 0 ? (
          <p className="pt-2 text-sm text-text-faint">No calls in this range.</p>
        ) : (
          <ol aria-label={`Top ${dimension.plural}`} className="flex flex-col gap-2">
            {rows.slice(0, SHOWN).map((row, index) => (
              <TopRow key={index} dimension={dimension} row={row} share={row.requests / most} onFilter={onFilter} />
            ))}
          </ol>
        )}
      </div>
    </Card>
  );
}

interface TopRowProps {
  dimension: Dimension;
  row: UsageRow;
  share: number;
  onFilter: (values: FilterValues) => void;
}

function TopRow({ dimension, row, share, onFilter }: TopRowProps) {
  const name = dimension.nameOf(row);
  const filters = dimension.filtersOf(row);
  return (
    <li>
      <div className="flex items-baseline justify-between gap-3 text-sm">
        {filters === undefined || name === undefined ? (
          <span className="min-w-0 truncate text-text-muted">{name ?? dimension.none}</span>
        ) : (
          <button
            type="button"
            className="min-w-0 truncate rounded-sm text-left hover:underline"
            onClick={() => onFilter(filters)}
          >
            {name}
          </button>
        )}
        <span className="tabular-nums">{formatCount(row.requests)}</span>
      </div>
      <div className="mt-0.5 h-1 overflow-hidden rounded-full bg-sunken" aria-hidden="true">
        <div className="h-full rounded-full bg-accent" style={{ width: `${share * 100}%` }} />
      </div>
    </li>
  );
}

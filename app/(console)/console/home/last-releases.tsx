"use client";

import { useQuery } from "@tanstack/react-query";
import Link from "next/link";
import { paths } from "@/app/(console)/data/paths";
import { queries } from "@/app/(console)/data/queries";
import { NodesBadge } from "@/components/console/release-badge";
import { RelativeTime } from "@/components/format/relative-time";
import { Badge } from "@/components/ui/badge";
import { Card, CardLink } from "@/components/ui/card";
import { EmptyState } from "@/components/ui/empty-state";
import { ErrorState } from "@/components/ui/error-state";
import { SkeletonLines } from "@/components/ui/skeleton";

/** The newest releases of the environment and how many nodes run them. */
export function LastReleases({ environment }: { environment: string }) {
  const releases = useQuery({ ...queries.releases(environment, 5), refetchInterval: 5_000 });
  return (
    <Card
      title="Last releases"
      isFlush
      actions={<CardLink href={`/console/releases?environment=${environment}`}>All releases</CardLink>}
    >
      {releases.data === undefined ? (
        releases.isError ? (
          <ErrorState error={releases.error} onRetry={() => void releases.refetch()} />
        ) : (
          <SkeletonLines lines={4} className="p-4" />
        )
      ) : releases.data.items.length === 0 ? (
        <EmptyState title="Nothing was published here yet" />
      ) : (
        <ul>
          {releases.data.items.map((release) => (
            <li key={release.number} className="relative border-b px-4 py-2.5 last:border-b-0 hover:bg-hover">
              <div className="flex flex-wrap items-center gap-x-2 gap-y-1">
                <Link
                  href={paths.release(environment, release.number)}
                  className="text-sm font-medium tabular-nums after:absolute after:inset-0"
                >
                  Release {release.number}
                </Link>
                {release.current ? (
                  <NodesBadge running={release.nodesRunning} expected={release.nodesExpected} />
                ) : (
                  release.restoredFrom !== null && <Badge>restored {release.restoredFrom}</Badge>
                )}
                <RelativeTime
                  time={release.createdAt}
                  className="relative z-10 ml-auto text-xs whitespace-nowrap text-text-faint"
                />
              </div>
              <p className="truncate text-sm text-text-muted">{release.note === "" ? release.summary : release.note}</p>
            </li>
          ))}
        </ul>
      )}
    </Card>
  );
}

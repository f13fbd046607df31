"use client";

import { useQuery } from "@tanstack/react-query";
import { RadioTower } from "lucide-react";
import Link from "next/link";
import { paths } from "@/app/(console)/data/paths";
import { LIVE_MS, queries } from "@/app/(console)/data/queries";
import { NodesBadge } from "@/components/console/release-badge";
import { RelativeTime } from "@/components/format/relative-time";
import { Card } from "@/components/ui/card";
import { DataTable, type Column } from "@/components/ui/data-table";
import { EmptyState } from "@/components/ui/empty-state";
import { PageHeader } from "@/components/ui/page-header";
import type { Environment } from "@/lib/api-schemas";

/** What is deployed together: each environment with its release, gateways and nodes. */
export function EnvironmentList() {
  const environments = useQuery({ ...queries.environments(), refetchInterval: LIVE_MS });
  return (
    <>
      <PageHeader
        title="Environments"
        description="What is deployed together. An API, its plans and limits reach each environment by a publish of its own."
      />
      <Card isFlush>
        <DataTable
          label="Environments"
          columns={COLUMNS}
          rows={environments.data?.items}
          rowKey={(environment) => environment.slug}
          rowHref={(environment) => paths.environment(environment.slug)}
          error={environments.error}
          onRetry={() => void environments.refetch()}
          empty={<EmptyState title="No environments" />}
        />
      </Card>
    </>
  );
}

const COLUMNS: readonly Column<Environment>[] = [
  {
    id: "name",
    header: "Name",
    cell: (environment) => (
      <span className="flex flex-wrap items-center gap-x-2 gap-y-0.5">
        {environment.production && (
          <RadioTower className="size-4 text-accent-text max-sm:hidden" aria-label="Production" />
        )}
        {environment.name}
        <span className="font-mono text-xs font-normal text-text-faint max-sm:hidden">{environment.slug}</span>
      </span>
    ),
  },
  {
    id: "release",
    header: "Release",
    cell: (environment) =>
      environment.release === null ? (
        <span className="text-text-faint">None yet</span>
      ) : (
        <span className="flex flex-wrap items-center gap-x-2">
          <Link
            href={paths.release(environment.slug, environment.release)}
            className="relative z-10 tabular-nums hover:underline"
          >
            {environment.release}
          </Link>
          {environment.releasedAt !== null && (
            <RelativeTime time={environment.releasedAt} className="text-text-muted max-sm:hidden" />
          )}
        </span>
      ),
  },
  {
    id: "nodes",
    header: "Run it",
    cell: (environment) => <NodesBadge running={environment.nodesRunning} expected={environment.nodesExpected} />,
  },
  {
    id: "gateways",
    header: "Gateways",
    showFrom: "sm",
    cell: (environment) =>
      environment.gateways.length === 0 ? (
        <span className="text-text-faint">None</span>
      ) : (
        <span className="flex flex-wrap gap-x-2">
          {environment.gateways.map((gateway) => (
            <Link key={gateway.slug} href={paths.gateway(gateway.slug)} className="link relative z-10">
              {gateway.name}
            </Link>
          ))}
        </span>
      ),
  },
];

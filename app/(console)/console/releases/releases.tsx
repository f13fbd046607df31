"use client";

import { Activity, Rocket } from "lucide-react";
import { paths } from "@/app/(console)/data/paths";
import { useCan } from "@/app/(console)/data/use-can";
import { usePagedList } from "@/app/(console)/data/use-paged-list";
import { useUrlState } from "@/app/(console)/data/use-url-state";
import { NodesBadge } from "@/components/console/release-badge";
import { RelativeTime } from "@/components/format/relative-time";
import { useEnvironment } from "@/components/shell/environment";
import { Badge, StatusBadge } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { DataTable, type Column } from "@/components/ui/data-table";
import { EmptyState } from "@/components/ui/empty-state";
import { PageHeader } from "@/components/ui/page-header";
import { environments } from "@/lib/api-client";
import type { ReleaseSummary } from "@/lib/api-schemas";
import { PublishPanel } from "./publish-panel";

const REFRESH_MS = 5_000;

/** What was published to the environment, and the way to publish. */
export function Releases() {
  const [environment] = useEnvironment();
  const url = useUrlState();
  const can = useCan();
  const list = usePagedList(
    ["releases", environment, "pages"],
    (cursor, options) => environments.listReleases(environment, { cursor }, options),
    { refetchInterval: REFRESH_MS },
  );
  const publish = can.publish && (
    <Button variant="primary" onClick={() => url.set({ publish: "1" })}>
      <Rocket aria-hidden="true" />
      Publish to {environment}
    </Button>
  );
  return (
    <>
      <PageHeader
        title="Releases"
        description={`Each publish makes a numbered, signed release of ${environment}. Gateways take it up without a restart.`}
        actions={publish}
      />
      <Card isFlush>
        <DataTable
          label="Releases"
          columns={COLUMNS}
          rows={list.rows}
          rowKey={(release) => String(release.number)}
          rowHref={(release) => paths.release(environment, release.number)}
          error={list.error}
          onRetry={list.onRetry}
          more={list.more}
          empty={
            <EmptyState icon={Activity} title={`Nothing was published to ${environment} yet`} action={publish}>
              The first release brings your APIs and plans to the gateways.
            </EmptyState>
          }
        />
      </Card>
      <PublishPanel
        // Another environment is another publish: nothing of the one before may show.
        key={environment}
        environment={environment}
        isOpen={can.publish && url.get("publish") === "1"}
        onClose={() => url.set({ publish: undefined })}
      />
    </>
  );
}

const COLUMNS: readonly Column<ReleaseSummary>[] = [
  {
    id: "number",
    header: "Release",
    cell: (release) => (
      <span className="flex flex-wrap items-center gap-1.5 tabular-nums">
        {release.number}
        {release.current && <StatusBadge tone="ok">Current</StatusBadge>}
        {release.restoredFrom !== null && <Badge>restored {release.restoredFrom}</Badge>}
      </span>
    ),
  },
  {
    id: "what",
    header: "What changed",
    cell: (release) => (
      <span className="flex flex-col">
        {release.note !== "" && <span>{release.note}</span>}
        <span className="text-text-muted">{release.summary}</span>
      </span>
    ),
  },
  {
    id: "nodes",
    header: "Nodes",
    showFrom: "sm",
    cell: (release) =>
      release.current ? (
        <NodesBadge running={release.nodesRunning} expected={release.nodesExpected} />
      ) : release.nodesRunning > 0 ? (
        <StatusBadge tone="watch">{release.nodesRunning} still run it</StatusBadge>
      ) : (
        <span className="text-text-faint">–</span>
      ),
  },
  {
    id: "by",
    header: "By",
    showFrom: "lg",
    cell: (release) => <span className="text-text-muted">{release.createdBy ?? "Gatehouse"}</span>,
  },
  {
    id: "at",
    header: "Published",
    align: "right",
    showFrom: "sm",
    cell: (release) => <RelativeTime time={release.createdAt} className="whitespace-nowrap text-text-muted" />,
  },
];

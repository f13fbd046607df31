"use client";

import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Download, History } from "lucide-react";
import { useRouter } from "next/navigation";
import { useState } from "react";
import { paths } from "@/app/(console)/data/paths";
import { LIVE_MS, queries } from "@/app/(console)/data/queries";
import { useCan } from "@/app/(console)/data/use-can";
import { NodesBadge } from "@/components/console/release-badge";
import { ReleaseChangeList } from "@/components/console/release-change-list";
import { ReleaseNodeList } from "@/components/console/release-node-list";
import { formatBytes } from "@/components/format/format-number";
import { RelativeTime } from "@/components/format/relative-time";
import { useEnvironment } from "@/components/shell/environment";
import { Badge, StatusBadge } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { ConfirmDialog } from "@/components/ui/confirm-dialog";
import { DataTable, type Column } from "@/components/ui/data-table";
import { ErrorState } from "@/components/ui/error-state";
import { PageHeader } from "@/components/ui/page-header";
import { SkeletonLines } from "@/components/ui/skeleton";
import { toast } from "@/components/ui/toast";
import { environments } from "@/lib/api-client";
import type { Release } from "@/lib/api-schemas";

/** What one release changed, for whom, and which nodes run it. */
export function ReleaseDetails({ number }: { number: number }) {
  const [environment] = useEnvironment();
  const query = useQuery({ ...queries.release(environment, number), refetchInterval: LIVE_MS });
  const crumbs = [{ href: `/console/releases?environment=${environment}`, label: "Releases" }];
  const release = query.data;
  if (release === undefined) {
    return (
      <>
        <PageHeader title={`Release ${number}`} crumbs={crumbs} />
        <Card>
          {query.isError ? (
            <ErrorState
              title={`${environment} has no release ${number}`}
              error={query.error}
              onRetry={() => void query.refetch()}
            />
          ) : (
            <SkeletonLines lines={6} />
          )}
        </Card>
      </>
    );
  }
  return (
    <>
      <PageHeader
        title={`Release ${release.number}`}
        crumbs={crumbs}
        badges={
          <>
            <Badge>{release.environment}</Badge>
            {release.current && <StatusBadge tone="ok">Current</StatusBadge>}
            {release.current && <NodesBadge running={release.nodesRunning} expected={release.nodesExpected} />}
            {release.restoredFrom !== null && <Badge>restored {release.restoredFrom}</Badge>}
          </>
        }
        description={
          <>
            {release.note !== "" && `${release.note} · `}
            Published <RelativeTime time={release.createdAt} /> by {release.createdBy ?? "Gatehouse"}
          </>
        }
        actions={
          <>
            <DownloadBundle release={release} />
            <Restore release={release} />
          </>
        }
      />
      <div className="grid gap-4 lg:grid-cols-2">
        <Card title="What changed">
          <ReleaseChangeList changes={release.changes} />
        </Card>
        <Card title="Nodes" description="With the time from the publish to the last worker.">
          <ReleaseNodeList nodes={release.nodes} />
        </Card>
        <Card
          title="Bundle"
          description="What a gateway receives: signed as a whole, each part sent only when it changed. Downloaded, it runs on a gateway without a portal."
          isFlush
          className="lg:col-span-2"
        >
          <DataTable
            label="Parts of the bundle"
            columns={CHUNK_COLUMNS}
            rows={release.chunks}
            rowKey={(chunk) => `${chunk.kind} ${chunk.name}`}
            empty={<p className="p-4 text-sm text-text-muted">Empty on purpose.</p>}
          />
        </Card>
      </div>
    </>
  );
}

const CHUNK_COLUMNS: readonly Column<Release["chunks"][number]>[] = [
  {
    id: "name",
    header: "Part",
    cell: (chunk) => (
      <span className="inline-flex flex-wrap items-center gap-2">
        {chunk.name}
        {/* The others are called what they are. */}
        {chunk.kind === "api-version" && <Badge>API version</Badge>}
      </span>
    ),
  },
  {
    id: "sha256",
    header: "SHA-256",
    showFrom: "md",
    cell: (chunk) => <span className="font-mono text-xs text-text-muted">{chunk.sha256.slice(0, 16)}…</span>,
  },
  { id: "bytes", header: "Size", align: "right", cell: (chunk) => formatBytes(chunk.bytes) },
];

/** For admins: it holds hashes of every key. */
function DownloadBundle({ release }: { release: Release }) {
  const can = useCan();
  if (!can.administer) {
    return null;
  }
  return (
    <Button asChild>
      <a
        href={`/api/v1/environments/${encodeURIComponent(release.environment)}/releases/${release.number}/bundle`}
        download
      >
        <Download aria-hidden="true" />
        Download bundle
      </a>
    </Button>
  );
}

function Restore({ release }: { release: Release }) {
  const can = useCan();
  const router = useRouter();
  const client = useQueryClient();
  const [isOpen, setIsOpen] = useState(false);
  if (!can.publish || release.current) {
    return null;
  }
  return (
    <>
      <Button onClick={() => setIsOpen(true)}>
        <History aria-hidden="true" />
        Restore this release
      </Button>
      <ConfirmDialog
        isOpen={isOpen}
        onClose={() => setIsOpen(false)}
        title={`Bring ${release.environment} back to release ${release.number}?`}
        consequences={[
          `A new release with the content of release ${release.number} goes to every node of ${release.environment}.`,
          "Whatever was published since then stops being served: operations, limits and upstreams of later releases.",
        ]}
        confirmLabel={`Restore release ${release.number}`}
        onConfirm={async () => {
          const restored = await environments.restore(release.environment, release.number);
          await client.invalidateQueries({ queryKey: ["releases"] });
          await client.invalidateQueries({ queryKey: ["apis"] });
          toast.success(`Release ${restored.number} restores release ${release.number}`);
          router.push(paths.release(restored.environment, restored.number));
        }}
      >
        Documents, plans and upstreams in the console stay as they are: the next publish brings them again.
      </ConfirmDialog>
    </>
  );
}

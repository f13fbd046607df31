"use client";

import { useQuery } from "@tanstack/react-query";
import Link from "next/link";
import { paths } from "@/app/(console)/data/paths";
import { queries } from "@/app/(console)/data/queries";
import { ReleaseNodeList } from "@/components/console/release-node-list";
import { Button } from "@/components/ui/button";
import type { Release } from "@/lib/api-schemas";

const POLL_MS = 300;

/** After the button: which nodes run the release, live, until all that are online do. */
export function NodesConfirming({ release: published, onClose }: { release: Release; onClose: () => void }) {
  const query = useQuery({
    ...queries.release(published.environment, published.number),
    initialData: published,
    staleTime: 0,
    refetchInterval: (state) => (isSettled(state.state.data) ? false : POLL_MS),
  });
  const release = query.data;
  const online = release.nodes.filter((node) => node.state !== "offline");
  const running = online.filter((node) => node.state === "active").length;
  const refused = online.some((node) => node.state === "refused");
  const isDone = running === online.length;
  return (
    <div className="flex flex-col gap-4">
      <div role="status">
        <p className="text-lg font-semibold">
          {online.length === 0
            ? `Release ${release.number} is published`
            : `${running} of ${online.length} ${online.length === 1 ? "node runs" : "nodes run"} release ${release.number}`}
        </p>
        <p className="text-sm text-text-muted">
          {online.length === 0
            ? "No node is online. Each takes it up when it comes back."
            : refused
              ? "A node refused it and goes on with what it had. Its reason is below."
              : isDone
                ? "Every node answers with it."
                : "The nodes are taking it up. You can close this: it goes on without you."}
        </p>
        {online.length > 0 && <Progress share={running / online.length} />}
      </div>
      <ReleaseNodeList nodes={release.nodes} />
      <div className="flex flex-wrap justify-end gap-2">
        <Button asChild>
          <Link href={paths.release(release.environment, release.number)}>Open release {release.number}</Link>
        </Button>
        <Button variant="primary" onClick={onClose}>
          Done
        </Button>
      </div>
    </div>
  );
}

function isSettled(release: Release | undefined): boolean {
  return release !== undefined && release.nodes.every((node) => node.state !== "pending");
}

function Progress({ share }: { share: number }) {
  return (
    <div className="mt-2 h-1.5 overflow-hidden rounded-full bg-sunken" aria-hidden="true">
      <div className="h-full rounded-full bg-accent transition-[width]" style={{ width: `${share * 100}%` }} />
    </div>
  );
}

"use client";

import { useQueryClient } from "@tanstack/react-query";
import { TriangleAlert } from "lucide-react";
import Link from "next/link";
import { useState, type ReactNode } from "react";
import { paths } from "@/app/(console)/data/paths";
import { useCan } from "@/app/(console)/data/use-can";
import { NodeStateBadge } from "@/components/console/node-state-badge";
import { formatDurationMs } from "@/components/format/format-duration";
import { formatCount, formatPlural } from "@/components/format/format-number";
import { RelativeTime } from "@/components/format/relative-time";
import { Button } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { ConfirmDialog } from "@/components/ui/confirm-dialog";
import { toast } from "@/components/ui/toast";
import { gateways } from "@/lib/api-client";
import type { Gateway, Node } from "@/lib/api-schemas";

export interface NodeCardProps {
  gateway: Gateway;
  node: Node;
  /** Number of the environment's current release. */
  current: number | null;
}

/** Everything an operator asks of one node. */
export function NodeCard({ gateway, node, current }: NodeCardProps) {
  const can = useCan();
  const [isRemoving, setIsRemoving] = useState(false);
  return (
    <Card
      title={
        <span className="flex flex-wrap items-center gap-2">
          <span className="break-all">{node.name}</span>
          <NodeStateBadge node={node} />
        </span>
      }
      actions={
        can.administer && (
          <Button
            size="small"
            variant="dangerGhost"
            aria-label={`Remove node ${node.name}`}
            onClick={() => setIsRemoving(true)}
          >
            Remove
          </Button>
        )
      }
    >
      <dl className="grid grid-cols-2 gap-x-6 gap-y-3 text-sm sm:grid-cols-3 lg:grid-cols-6">
        <Fact label="Release">
          <ReleaseFact gateway={gateway} node={node} current={current} />
        </Fact>
        <Fact label="Taken up in">{node.activationMs === null ? "–" : formatDurationMs(node.activationMs)}</Fact>
        <Fact label="Keys">
          {node.credentialLag === 0 ? "Up to date" : `${formatCount(node.credentialLag)} behind`}
        </Fact>
        <Fact label="Workers">
          {node.workersReady} of {node.workersExpected} ready
        </Fact>
        <Fact label="Usage to ship">
          {node.spooledBatches === 0 ? "None waits" : formatPlural(node.spooledBatches, "batch", "batches")}
        </Fact>
        <Fact label="Last heartbeat">
          {node.lastHeartbeatAt === null ? "Never" : <RelativeTime time={node.lastHeartbeatAt} />}
        </Fact>
      </dl>
      {(node.problems.length > 0 || node.droppedRequests > 0) && (
        <ul aria-label={`Problems of ${node.name}`} className="mt-4 flex flex-col gap-1.5 rounded-md bg-watch-soft p-3">
          {node.problems.map((problem, index) => (
            <ProblemLine key={index}>
              {problem.message}
              {problem.release !== null && ` (release ${problem.release})`}{" "}
              <span className="font-mono text-xs text-text-muted">{problem.code}</span>
            </ProblemLine>
          ))}
          {node.droppedRequests > 0 && (
            <ProblemLine>
              {formatPlural(node.droppedRequests, "call")} could not be kept for the usage: the spool was full.
            </ProblemLine>
          )}
        </ul>
      )}
      <p className="mt-3 text-xs text-text-faint">
        Version {node.version}, enrolled <RelativeTime time={node.enrolledAt} />
        {node.startedAt !== null && (
          <>
            , started <RelativeTime time={node.startedAt} />
          </>
        )}
      </p>
      <RemoveNode gateway={gateway} node={node} isOpen={isRemoving} onClose={() => setIsRemoving(false)} />
    </Card>
  );
}

function Fact({ label, children }: { label: string; children: ReactNode }) {
  return (
    <div className="min-w-0">
      <dt className="text-xs text-text-muted">{label}</dt>
      <dd className="mt-0.5 font-medium break-words tabular-nums">{children}</dd>
    </div>
  );
}

function ReleaseFact({ gateway, node, current }: NodeCardProps) {
  if (node.release === null) {
    return "None yet";
  }
  const behind = current === null ? 0 : current - node.release;
  return (
    <>
      <Link href={paths.release(gateway.environment, node.release)} className="hover:underline">
        {node.release}
      </Link>
      {behind > 0 && <span className="text-watch"> ({behind} behind)</span>}
    </>
  );
}

function ProblemLine({ children }: { children: ReactNode }) {
  return (
    <li className="flex items-start gap-2 text-sm">
      <TriangleAlert className="mt-0.5 size-4 shrink-0 text-watch" aria-hidden="true" />
      <span className="min-w-0 break-words">{children}</span>
    </li>
  );
}

interface RemoveNodeProps {
  gateway: Gateway;
  node: Node;
  isOpen: boolean;
  onClose: () => void;
}

function RemoveNode({ gateway, node, isOpen, onClose }: RemoveNodeProps) {
  const client = useQueryClient();
  return (
    <ConfirmDialog
      isOpen={isOpen}
      onClose={onClose}
      title={`Remove the node ${node.name}?`}
      consequences={[
        "Its token stops working at once: it gets no release, no key and no revocation any more.",
        "It goes on answering calls with what it has until you stop it on its machine.",
        ...(node.spooledBatches > 0
          ? [`${formatPlural(node.spooledBatches, "batch", "batches")} of usage it has yet to ship are lost.`]
          : []),
      ]}
      confirmLabel="Remove node"
      onConfirm={async () => {
        await gateways.removeNode(gateway.slug, node.id);
        await client.invalidateQueries({ queryKey: ["gateways"] });
        toast.success(`Node ${node.name} removed`);
      }}
    />
  );
}

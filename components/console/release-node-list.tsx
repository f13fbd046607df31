import { formatDurationMs } from "@/components/format/format-duration";
import { RelativeTime } from "@/components/format/relative-time";
import type { ReleaseNode } from "@/lib/api-schemas";
import { ReleaseNodeBadge } from "./node-state-badge";

/** The nodes of a release: which run it, since when, and how long it took them. */
export function ReleaseNodeList({ nodes }: { nodes: readonly ReleaseNode[] }) {
  if (nodes.length === 0) {
    return <p className="text-sm text-text-muted">This environment has no node yet.</p>;
  }
  return (
    <ul aria-label="Nodes" className="divide-y rounded-md border">
      {nodes.map((node) => (
        <li key={node.id} className="flex flex-wrap items-center gap-x-3 gap-y-1 px-3 py-2 text-sm">
          <span className="min-w-0 font-medium break-all">{node.name}</span>
          <span className="text-text-faint">{node.gateway}</span>
          <span className="ml-auto flex items-center gap-3">
            <Timing node={node} />
            <ReleaseNodeBadge state={node.state} />
          </span>
          {node.problem !== null && <p className="w-full text-text-muted">{node.problem}</p>}
        </li>
      ))}
    </ul>
  );
}

function Timing({ node }: { node: ReleaseNode }) {
  if (node.state === "active") {
    const milliseconds = node.afterPublishMs ?? node.activationMs;
    return milliseconds === null ? null : (
      <span className="tabular-nums" title="From the publish to the last worker">
        {formatDurationMs(Math.max(0, milliseconds))}
      </span>
    );
  }
  if (node.state === "superseded" && node.release !== null) {
    return <span className="text-text-muted tabular-nums">release {node.release}</span>;
  }
  return node.state === "offline" && node.lastHeartbeatAt !== null ? (
    <span className="text-text-muted">
      last seen <RelativeTime time={node.lastHeartbeatAt} />
    </span>
  ) : null;
}

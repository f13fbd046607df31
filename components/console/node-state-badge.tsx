import { LoaderCircle } from "lucide-react";
import { StatusBadge, type Tone } from "@/components/ui/badge";
import type { Node, ReleaseNode } from "@/lib/api-schemas";

const NODE_STATES: Record<Node["state"], { tone: Tone; word: string }> = {
  ready: { tone: "ok", word: "Ready" },
  starting: { tone: "info", word: "Starting" },
  offline: { tone: "broken", word: "Offline" },
  retired: { tone: "off", word: "Retired" },
};

/** How a node is. Problems it reports make a ready node one to watch. */
export function NodeStateBadge({ node }: { node: Pick<Node, "state" | "problems"> }) {
  if (node.state === "ready" && node.problems.length > 0) {
    return <StatusBadge tone="watch">Ready, with problems</StatusBadge>;
  }
  const { tone, word } = NODE_STATES[node.state];
  return <StatusBadge tone={tone}>{word}</StatusBadge>;
}

const RELEASE_STATES: Record<ReleaseNode["state"], { tone: Tone; word: string }> = {
  active: { tone: "ok", word: "Runs it" },
  pending: { tone: "info", word: "On its way" },
  refused: { tone: "broken", word: "Refused" },
  superseded: { tone: "off", word: "Runs another" },
  offline: { tone: "off", word: "Offline" },
};

/** How a node stands to one release. */
export function ReleaseNodeBadge({ state }: { state: ReleaseNode["state"] }) {
  const { tone, word } = RELEASE_STATES[state];
  return (
    <StatusBadge tone={tone} icon={state === "pending" ? LoaderCircle : undefined}>
      {word}
    </StatusBadge>
  );
}

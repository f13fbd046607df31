"use client";

import { Minus, PencilLine, Plus, type LucideIcon } from "lucide-react";
import { formatCount } from "@/components/format/format-number";
import { classNames } from "@/components/ui/class-names";
import type { ReleaseChange, ReleaseChanges } from "@/lib/api-schemas";
import { useShown } from "./use-shown";
import { Button } from "@/components/ui/button";

const KINDS: Record<ReleaseChange["kind"], { icon: LucideIcon; word: string; style: string }> = {
  added: { icon: Plus, word: "Added", style: "text-ok" },
  changed: { icon: PencilLine, word: "Changed", style: "text-info" },
  removed: { icon: Minus, word: "Removed", style: "text-broken" },
};

/** A release in plain words: the sum of it, then every change as a sentence. */
export function ReleaseChangeList({ changes }: { changes: ReleaseChanges }) {
  const { shown, more } = useShown(changes.changes, 50);
  return (
    <div>
      <p className="font-medium first-letter:uppercase">{changes.summary}</p>
      {shown.length > 0 && (
        <ul aria-label="Changes" className="mt-2 divide-y rounded-md border">
          {shown.map((change, index) => {
            const { icon: Icon, word, style } = KINDS[change.kind];
            return (
              <li key={index} className="flex items-start gap-2.5 px-3 py-2 text-sm">
                <Icon className={classNames("mt-0.5 size-4 shrink-0", style)} aria-label={word} />
                <span className="min-w-0 break-words">{change.text}</span>
              </li>
            );
          })}
        </ul>
      )}
      {more.hasMore && (
        <Button size="small" variant="ghost" className="mt-1" onClick={more.onLoadMore}>
          Show more
        </Button>
      )}
      {!more.hasMore && changes.total > changes.changes.length && (
        <p className="mt-1 text-sm text-text-muted">And {formatCount(changes.total - changes.changes.length)} more.</p>
      )}
    </div>
  );
}

"use client";

import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useUrlState } from "@/app/(console)/data/use-url-state";
import { formatPlural } from "@/components/format/format-number";
import { RelativeTime } from "@/components/format/relative-time";
import { Badge } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { classNames } from "@/components/ui/class-names";
import { ConfirmDialog } from "@/components/ui/confirm-dialog";
import { ErrorState } from "@/components/ui/error-state";
import { SkeletonLines } from "@/components/ui/skeleton";
import { toast } from "@/components/ui/toast";
import { apis } from "@/lib/api-client";
import type { Revision } from "@/lib/api-schemas";
import { useChosenApi } from "../api-context";

export interface RevisionListProps {
  revisions: readonly Revision[] | undefined;
  error: Error | null;
  onRetry: () => void;
  /** Number of the revision on the page. */
  shown: number;
}

/** All revisions, the newest first. Any of them can become the current one. */
export function RevisionList({ revisions, error, onRetry, shown }: RevisionListProps) {
  const { api } = useChosenApi();
  const url = useUrlState();
  const [chosen, setChosen] = useState<Revision>();
  return (
    <Card title="Revisions" isFlush>
      {revisions === undefined ? (
        error === null ? (
          <SkeletonLines className="p-4" />
        ) : (
          <ErrorState error={error} onRetry={onRetry} />
        )
      ) : (
        <ul>
          {revisions.map((revision) => (
            <li
              key={revision.number}
              className={classNames(
                "relative border-b px-4 py-2 last:border-b-0 hover:bg-hover",
                revision.number === shown && "bg-accent-soft hover:bg-accent-soft",
              )}
            >
              <div className="flex items-center gap-2">
                <button
                  type="button"
                  aria-current={revision.number === shown ? "true" : undefined}
                  className="text-sm font-medium after:absolute after:inset-0"
                  onClick={() => url.set({ revision: revision.current ? undefined : String(revision.number) })}
                >
                  Revision {revision.number}
                </button>
                {revision.current && <Badge>Current</Badge>}
                <RelativeTime time={revision.createdAt} className="relative z-10 ml-auto text-xs text-text-muted" />
              </div>
              <p className="text-xs text-text-muted">
                {formatPlural(revision.operations, "operation")}
                {revision.apiVersion !== "" && `, version ${revision.apiVersion}`}
              </p>
              {revision.number === shown && !revision.current && api.canEdit && (
                <Button size="small" className="relative z-10 mt-1.5" onClick={() => setChosen(revision)}>
                  Make it the current one
                </Button>
              )}
            </li>
          ))}
        </ul>
      )}
      <MakeCurrent revision={chosen} onClose={() => setChosen(undefined)} />
    </Card>
  );
}

function MakeCurrent({ revision, onClose }: { revision: Revision | undefined; onClose: () => void }) {
  const { api, version } = useChosenApi();
  const client = useQueryClient();
  const url = useUrlState();
  const number = revision?.number ?? 0;
  return (
    <ConfirmDialog
      isOpen={revision !== undefined}
      onClose={onClose}
      title={`Make revision ${number} the current one?`}
      consequences={[
        `The portal shows the ${formatPlural(revision?.operations ?? 0, "operation")} of revision ${number}.`,
        "Operations that only the present revision has are left out of the next release.",
      ]}
      confirmLabel={`Make revision ${number} current`}
      onConfirm={async () => {
        const result = await apis.makeRevisionCurrent(api.slug, version.version, number);
        await client.invalidateQueries({ queryKey: ["apis"] });
        url.set({ revision: undefined });
        toast.success(`Revision ${result.number} is current`, { description: "Publish to bring it to the gateways." });
      }}
    >
      Gateways go on with what is published until you publish again.
    </ConfirmDialog>
  );
}

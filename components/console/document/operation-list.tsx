"use client";

import { useState } from "react";
import { formatPlural } from "@/components/format/format-number";
import { Badge } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";
import { MethodBadge } from "@/components/ui/method-badge";

export interface ListedOperation {
  readonly key: string;
  readonly method: string;
  readonly path: string;
  readonly summary: string;
  readonly deprecated: boolean;
}

const SHOWN_AT_FIRST = 12;

/** Operations as they were found in a document. */
export function OperationList({ operations }: { operations: readonly ListedOperation[] }) {
  const [shown, setShown] = useState(SHOWN_AT_FIRST);
  const left = operations.length - shown;
  return (
    <div>
      <ul aria-label="Operations" className="divide-y rounded-md border">
        {operations.slice(0, shown).map((operation) => (
          <li key={`${operation.method} ${operation.path}`} className="flex items-center gap-3 px-3 py-1.5">
            <MethodBadge method={operation.method} />
            <span className="min-w-0 flex-1 sm:flex sm:items-baseline sm:gap-3">
              <span className="font-mono text-xs break-all">{operation.path}</span>
              <span className="truncate text-sm text-text-muted max-sm:block">{operation.summary}</span>
            </span>
            {operation.deprecated && <Badge>Deprecated</Badge>}
          </li>
        ))}
      </ul>
      {left > 0 && (
        <Button size="small" variant="ghost" className="mt-1" onClick={() => setShown(shown + 200)}>
          Show {formatPlural(Math.min(200, left), "more operation")}
        </Button>
      )}
    </div>
  );
}

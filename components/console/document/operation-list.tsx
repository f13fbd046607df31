"use client";

import { useState } from "react";
import { formatPlural } from "@/components/format/format-number";
import { Button } from "@/components/ui/button";
import { OperationName } from "@/components/ui/operation-name";

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
          <li key={`${operation.method} ${operation.path}`} className="px-3 py-1.5">
            <OperationName
              method={operation.method}
              path={operation.path}
              note={operation.summary}
              isDeprecated={operation.deprecated}
            />
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

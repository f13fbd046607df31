"use client";

import { KeyRound } from "lucide-react";
import type { ReactNode } from "react";
import { RelativeTime } from "@/components/format/relative-time";
import { CodeBlock } from "@/components/ui/code-block";
import { CopyButton } from "@/components/ui/copy-button";
import { KeyValue } from "@/components/ui/key-value";

export interface CreatedKeyProps {
  secret: string;
  expiresAt: string | null;
  /** What it can call, in words; nothing where that is not known. */
  reach?: ReactNode;
  /** A first call with this key. */
  curl?: string;
  children?: ReactNode;
}

/** A key in the only moment it can be seen: large, to be copied, with what it can do and how long. */
export function CreatedKey({ secret, expiresAt, reach, curl, children }: CreatedKeyProps) {
  return (
    <div className="flex flex-col gap-4">
      <div className="rounded-md border border-accent/50 bg-accent-soft p-3">
        <p className="flex items-center gap-1.5 text-sm font-medium">
          <KeyRound className="size-4 text-accent-text" aria-hidden="true" />
          Copy it now. It is not shown again.
        </p>
        <div className="mt-2 flex flex-wrap items-center gap-2">
          <code
            aria-label="API key"
            data-testid="created-key"
            className="min-w-0 flex-1 basis-64 rounded-sm bg-surface px-2.5 py-2 font-mono text-lg break-all select-all"
          >
            {secret}
          </code>
          <CopyButton text={secret} label="Copy key" showLabel size="large" variant="primary" />
        </div>
      </div>
      <KeyValue
        items={[
          ...(reach === undefined ? [] : [{ label: "Can call", value: reach }]),
          {
            label: "Works until",
            value: expiresAt === null ? "you revoke it" : <RelativeTime time={expiresAt} />,
          },
          {
            label: "To replace it",
            value: "Create a second key, move your program to it, then revoke this one. Both work meanwhile.",
          },
        ]}
      />
      {curl !== undefined && <CodeBlock title="First call" code={curl} wrap />}
      {children}
    </div>
  );
}

"use client";

import type { ReactNode } from "react";
import { formatExactTime } from "@/components/format/format-time";
import { CodeBlock } from "@/components/ui/code-block";
import { KeyValue } from "@/components/ui/key-value";
import { SecretOnce } from "@/components/ui/secret-once";

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
      <SecretOnce label="API key" copyLabel="Copy key" secret={secret} />
      <KeyValue
        items={[
          ...(reach === undefined ? [] : [{ label: "Can call", value: reach }]),
          { label: "Works", value: worksUntil(expiresAt) },
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

/** The day, not how long until then: whoever stores the key notes it. */
export function worksUntil(expiresAt: string | null): string {
  return `until ${expiresAt === null ? "you revoke it" : formatExactTime(new Date(expiresAt))}`;
}

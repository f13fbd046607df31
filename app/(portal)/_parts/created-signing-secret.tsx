"use client";

import Link from "next/link";
import { CodeBlock } from "@/components/ui/code-block";
import { CopyButton } from "@/components/ui/copy-button";
import { KeyValue } from "@/components/ui/key-value";
import { SecretOnce } from "@/components/ui/secret-once";
import type { CreatedKey } from "@/lib/api-schemas/applications";
import { worksUntil } from "./created-key";
import { signedCall } from "./signed-call";
import type { KeyReach } from "./use-key-reach";

/** A signing secret in the only moment it can be seen, the id that goes with it, and a call that is signed. */
export function CreatedSigningSecret({ created, reach }: { created: CreatedKey; reach: KeyReach }) {
  const { address } = reach;
  return (
    <div className="flex flex-col gap-4">
      <SecretOnce label="Signing secret" copyLabel="Copy secret" secret={created.key} />
      <KeyValue
        items={[
          {
            label: "Its keyid",
            value: (
              // The button is higher than a line: the lines of facts keep their distance all the same.
              <span className="-my-2 inline-flex min-w-0 items-center gap-1">
                <code className="min-w-0 font-mono break-all select-all">{created.id}</code>
                <CopyButton text={created.id} label="Copy keyid" />
              </span>
            ),
          },
          { label: "Can call", value: reach.words },
          { label: "Works", value: worksUntil(created.expiresAt) },
          {
            label: "How to sign",
            value: (
              <Link href="/docs#signing" target="_blank" className="link">
                What to sign, and how with a body
              </Link>
            ),
          },
        ]}
      />
      {address !== undefined && (
        <CodeBlock title="First call" code={signedCall(address, created.id, created.key)} wrap />
      )}
    </div>
  );
}

import { KeyRound } from "lucide-react";
import { CopyButton } from "./copy-button";

export interface SecretOnceProps {
  /** What it is, for screen readers: "API key". */
  label: string;
  /** The verb of the button: "Copy key". */
  copyLabel: string;
  secret: string;
  note?: string;
}

/** A secret in the only moment it can be seen: large, and to be copied. */
export function SecretOnce({ label, copyLabel, secret, note }: SecretOnceProps) {
  return (
    <div className="rounded-md border border-accent/50 bg-accent-soft p-3">
      <p className="flex items-start gap-1.5 text-sm font-medium">
        <KeyRound className="mt-0.5 size-4 shrink-0 text-accent-text" aria-hidden="true" />
        {note ?? "Copy it now. It is not shown again."}
      </p>
      <div className="mt-2 flex flex-wrap items-center gap-2">
        <code
          aria-label={label}
          data-testid="secret"
          className="min-w-0 flex-1 basis-64 rounded-sm bg-surface px-2.5 py-2 font-mono text-lg break-all select-all"
        >
          {secret}
        </code>
        <CopyButton text={secret} label={copyLabel} showLabel size="large" variant="primary" />
      </div>
    </div>
  );
}

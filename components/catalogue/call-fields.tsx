import { formatCallField } from "@/components/format/format-call-field";
import type { CallField } from "@/lib/api-schemas";

/** What a call must carry to mean a version, behind its address. Nothing where the address says it all. */
export function CallFields({ fields }: { fields: readonly CallField[] }) {
  if (fields.length === 0) {
    return null;
  }
  return (
    <span className="flex min-w-0 flex-wrap items-center gap-1.5 text-sm text-text-muted">
      with
      {fields.map((field) => (
        <code
          key={`${field.from} ${field.name}`}
          className="rounded border border-line bg-sunken px-1.5 py-0.5 font-mono text-xs break-all text-text"
        >
          {formatCallField(field)}
        </code>
      ))}
    </span>
  );
}

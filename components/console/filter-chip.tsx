"use client";

import { X } from "lucide-react";

export interface FilterChipProps {
  /** What is filtered: "API". */
  name: string;
  value: string;
  onRemove: () => void;
}

/** A filter that is on, and the way to take it off. */
export function FilterChip({ name, value, onRemove }: FilterChipProps) {
  return (
    <span className="inline-flex h-7 max-w-full items-center rounded-md border border-accent/40 bg-accent-soft text-sm">
      <span className="truncate pl-2">
        <span className="text-text-muted">{name}:</span> <span className="font-medium">{value}</span>
      </span>
      <button
        type="button"
        aria-label={`Remove filter ${name}: ${value}`}
        onClick={onRemove}
        className="grid h-full w-7 shrink-0 place-items-center rounded-md text-text-muted hover:text-text"
      >
        <X className="size-3.5" aria-hidden="true" />
      </button>
    </span>
  );
}

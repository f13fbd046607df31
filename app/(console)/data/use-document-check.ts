"use client";

import { useQuery } from "@tanstack/react-query";
import { useEffect, useMemo, useState } from "react";
import { toDocumentInput, type DocumentSource } from "@/components/console/document/document-source";
import { apis } from "@/lib/api-client";
import type { DocumentCheck } from "@/lib/api-schemas";

const PAUSE_MS = 500;
let checks = 0;

export interface DocumentCheckState {
  readonly check: DocumentCheck | undefined;
  readonly error: Error | null;
  readonly isChecking: boolean;
}

/** Reads a document as it is given: what was typed is checked after a pause, a file or an address at once. Nothing is stored. */
export function useDocumentCheck(source: DocumentSource | undefined): DocumentCheckState {
  const settled = useSettled(source);
  // Megabytes of text make a poor key; each thing that was given gets a number instead.
  const asked = useMemo(() => ({ id: ++checks, input: toDocumentInput(settled) }), [settled]);
  const query = useQuery({
    queryKey: ["document-check", asked.id],
    queryFn: ({ signal }) => apis.checkDocument(asked.input ?? {}, { signal }),
    enabled: asked.input !== undefined,
    retry: false,
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
    refetchOnWindowFocus: false,
  });
  const isWaiting = settled !== source && toDocumentInput(source) !== undefined;
  return {
    check: isWaiting ? undefined : query.data,
    error: isWaiting ? null : query.error,
    isChecking: isWaiting || query.isFetching,
  };
}

/** The source once it has not changed for a moment; only typing needs the pause. */
function useSettled(source: DocumentSource | undefined): DocumentSource | undefined {
  const [settled, setSettled] = useState(source);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(source), source?.kind === "paste" ? PAUSE_MS : 0);
    return () => clearTimeout(timer);
  }, [source]);
  return settled;
}

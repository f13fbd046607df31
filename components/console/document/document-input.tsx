"use client";

import { useRef, useState } from "react";
import { Button } from "@/components/ui/button";
import { Field } from "@/components/ui/field";
import { Input } from "@/components/ui/input";
import { SegmentedControl } from "@/components/ui/segmented-control";
import { Textarea } from "@/components/ui/textarea";
import type { DocumentSource, SourceKind } from "./document-source";
import { DropZone } from "./drop-zone";

export interface DocumentInputProps {
  source: DocumentSource | undefined;
  onChange: (source: DocumentSource | undefined) => void;
  /** A fetch is under way. */
  isBusy: boolean;
}

const KINDS = [
  { value: "paste", label: "Paste" },
  { value: "file", label: "File" },
  { value: "url", label: "URL" },
] as const;

const PLACEHOLDER = `openapi: 3.1.0
info:
  title: Orders
  version: 1.0.0
paths:
  /orders:
    get:
      operationId: listOrders
      …`;

/** The three ways to give a document. What was given in one is kept while another is looked at. */
export function DocumentSourceInput({ source, onChange, isBusy }: DocumentInputProps) {
  const [kind, setKind] = useState<SourceKind>(source?.kind ?? "paste");
  const kept = useRef<Partial<Record<SourceKind, DocumentSource>>>({});

  const change = (next: DocumentSource) => {
    kept.current[next.kind] = next;
    onChange(next);
  };
  return (
    <div className="flex flex-col gap-3">
      <div>
        <SegmentedControl
          label="How to give the document"
          value={kind}
          options={KINDS}
          onChange={(next) => {
            setKind(next);
            onChange(kept.current[next]);
          }}
        />
      </div>
      {kind === "paste" && (
        <Field label="OpenAPI document" hint="2.0, 3.0 or 3.1, YAML or JSON.">
          <Textarea
            isCode
            rows={14}
            placeholder={PLACEHOLDER}
            value={source?.kind === "paste" ? source.text : ""}
            onChange={(event) => change({ kind: "paste", text: event.target.value })}
          />
        </Field>
      )}
      {kind === "file" && <DropZone source={source?.kind === "file" ? source : undefined} onChange={change} />}
      {kind === "url" && (
        <UrlInput initial={source?.kind === "url" ? source.url : ""} onFetch={change} isBusy={isBusy} />
      )}
    </div>
  );
}

interface UrlInputProps {
  initial: string;
  onFetch: (source: DocumentSource) => void;
  isBusy: boolean;
}

/** An address is fetched when asked for, not at every letter. */
function UrlInput({ initial, onFetch, isBusy }: UrlInputProps) {
  const [url, setUrl] = useState(initial);
  const isComplete = /^https?:\/\/[^\s/]+/.test(url.trim());
  const isWrong = url.trim().length > 8 && !isComplete;
  return (
    <form
      className="flex flex-wrap items-start gap-2"
      onSubmit={(event) => {
        event.preventDefault();
        event.stopPropagation();
        if (isComplete) {
          onFetch({ kind: "url", url: url.trim() });
        }
      }}
    >
      <Field
        className="min-w-0 flex-1 basis-64"
        label="Address of the document"
        hint="Fetched by the portal, with the files it refers to."
        error={isWrong ? "Give a complete address that begins with http:// or https://." : undefined}
      >
        <Input
          type="url"
          isCode
          placeholder="https://example.com/openapi.yaml"
          value={url}
          onChange={(event) => setUrl(event.target.value)}
        />
      </Field>
      <Button type="submit" className="mt-6" disabled={!isComplete} isLoading={isBusy}>
        Fetch
      </Button>
    </form>
  );
}

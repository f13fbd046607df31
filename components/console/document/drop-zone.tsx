"use client";

import { FileUp } from "lucide-react";
import { useRef, useState, type DragEvent } from "react";
import { formatBytes, formatPlural } from "@/components/format/format-number";
import { Button } from "@/components/ui/button";
import { classNames } from "@/components/ui/class-names";
import { readDocumentFiles, type DocumentSource, type GivenFile } from "./document-source";
import { readDroppedFiles } from "./read-dropped-files";

export interface DropZoneProps {
  source: Extract<DocumentSource, { kind: "file" }> | undefined;
  onChange: (source: DocumentSource) => void;
}

/** Takes a document as a file, or as a folder with the files it refers to: dropped, or chosen with the keyboard. */
export function DropZone({ source, onChange }: DropZoneProps) {
  const input = useRef<HTMLInputElement>(null);
  const [isOver, setIsOver] = useState(false);
  const [failure, setFailure] = useState<string>();

  const take = async (files: Promise<readonly GivenFile[]>) => {
    setFailure(undefined);
    try {
      onChange(await readDocumentFiles(await files));
    } catch (error) {
      setFailure(error instanceof Error ? error.message : "The file could not be read.");
    }
  };
  const drop = (event: DragEvent) => {
    event.preventDefault();
    setIsOver(false);
    void take(readDroppedFiles(event.dataTransfer));
  };
  return (
    <div
      onDragOver={(event) => {
        event.preventDefault();
        setIsOver(true);
      }}
      onDragLeave={() => setIsOver(false)}
      onDrop={drop}
      className={classNames(
        "flex min-h-64 flex-col items-center justify-center gap-2 rounded-md border border-dashed border-line-strong px-4 text-center",
        isOver && "border-accent bg-accent-soft",
      )}
    >
      <FileUp className="size-6 text-text-faint" strokeWidth={1.5} aria-hidden="true" />
      {source === undefined ? (
        <p className="text-sm">Drop a YAML or JSON file here, or a folder when it refers to other files.</p>
      ) : (
        <p className="text-sm break-all">
          <span className="font-medium">{source.name}</span>
          <span className="text-text-muted">
            {" "}
            · {formatBytes(source.bytes)}
            {describeReferences(source.references)}
          </span>
        </p>
      )}
      <Button onClick={() => input.current?.click()}>{source === undefined ? "Choose files" : "Choose others"}</Button>
      {failure !== undefined && (
        <p role="alert" className="text-sm text-broken">
          {failure}
        </p>
      )}
      <input
        ref={input}
        type="file"
        multiple
        accept=".yaml,.yml,.json,application/json,application/yaml"
        aria-label="OpenAPI document"
        className="sr-only"
        tabIndex={-1}
        onChange={(event) => {
          const files = [...(event.target.files ?? [])].map((file) => ({ path: file.name, file }));
          event.target.value = "";
          if (files.length > 0) {
            void take(Promise.resolve(files));
          }
        }}
      />
    </div>
  );
}

function describeReferences(references: Readonly<Record<string, string>>): string {
  const count = Object.keys(references).length;
  return count === 0 ? "" : `, with ${formatPlural(count, "other file")}`;
}

"use client";

import { Download } from "lucide-react";
import { formatBytes } from "@/components/format/format-number";
import { Button } from "@/components/ui/button";
import { CodeBlock } from "@/components/ui/code-block";

// Beyond this a browser takes seconds to lay the text out; the whole is one click away.
const SHOWN_CHARACTERS = 200_000;

/** A document to read, copy and download. Of a very long one the beginning is shown. */
export function DocumentText({ text, fileName }: { text: string; fileName: string }) {
  const isCut = text.length > SHOWN_CHARACTERS;
  const shown = isCut ? text.slice(0, text.lastIndexOf("\n", SHOWN_CHARACTERS)) : text;
  return (
    <div className="min-w-0">
      <div className="mb-2 flex flex-wrap items-center justify-between gap-2">
        <p className="text-sm text-text-muted">
          {isCut
            ? `The first ${formatBytes(shown.length)} of ${formatBytes(text.length)}. Download it to see all.`
            : "Exactly as it was uploaded."}
        </p>
        <Button size="small" onClick={() => download(text, fileName)}>
          <Download aria-hidden="true" />
          Download
        </Button>
      </div>
      <CodeBlock title="OpenAPI document" code={shown} maxHeight="70vh" />
    </div>
  );
}

function download(text: string, fileName: string): void {
  const isJson = text.trimStart().startsWith("{");
  const address = URL.createObjectURL(new Blob([text], { type: isJson ? "application/json" : "application/yaml" }));
  const link = document.createElement("a");
  link.href = address;
  link.download = `${fileName}.${isJson ? "json" : "yaml"}`;
  link.click();
  URL.revokeObjectURL(address);
}

"use client";

import { CircleAlert, ChevronRight, TriangleAlert } from "lucide-react";
import { useState } from "react";
import { formatPlural } from "@/components/format/format-number";
import { Button } from "@/components/ui/button";
import { classNames } from "@/components/ui/class-names";
import type { ProblemItem } from "@/lib/api-schemas";

export interface DocumentFindingsProps {
  kind: "problem" | "warning";
  findings: readonly ProblemItem[];
  /** The text the lines count in; without it only the numbers are shown. */
  text: string | undefined;
}

const SHOWN_AT_FIRST = 20;

/** Problems or warnings of a document, each with its line, its place and the lines around it. */
export function DocumentFindings({ kind, findings, text }: DocumentFindingsProps) {
  const [shown, setShown] = useState(SHOWN_AT_FIRST);
  const lines = text?.split("\n");
  return (
    <div>
      <ul aria-label={kind === "problem" ? "Problems" : "Warnings"} className="flex flex-col divide-y">
        {findings.slice(0, shown).map((finding, index) => (
          <Finding key={index} kind={kind} finding={finding} lines={lines} />
        ))}
      </ul>
      {findings.length > shown && (
        <Button size="small" variant="ghost" onClick={() => setShown(shown + 100)}>
          Show {formatPlural(Math.min(100, findings.length - shown), "more", "more")}
        </Button>
      )}
    </div>
  );
}

interface FindingProps {
  kind: DocumentFindingsProps["kind"];
  finding: ProblemItem;
  lines: readonly string[] | undefined;
}

function Finding({ kind, finding, lines }: FindingProps) {
  const Icon = kind === "problem" ? CircleAlert : TriangleAlert;
  const [isOpen, setIsOpen] = useState(kind === "problem");
  const hasExcerpt = finding.line !== undefined && lines !== undefined && lines[finding.line - 1] !== undefined;
  return (
    <li className="flex items-start gap-2 py-2">
      <Icon
        className={classNames("mt-0.5 size-4 shrink-0", kind === "problem" ? "text-broken" : "text-watch")}
        aria-hidden="true"
      />
      <div className="min-w-0 flex-1">
        <p className="text-sm break-words">{finding.message}</p>
        <p className="flex flex-wrap items-center gap-x-2 font-mono text-xs break-all text-text-muted">
          {finding.line !== undefined && <span>Line {finding.line}</span>}
          {finding.place !== "" && <span>{placeInWords(finding.place)}</span>}
          {hasExcerpt && (
            <button
              type="button"
              aria-expanded={isOpen}
              onClick={() => setIsOpen(!isOpen)}
              className="inline-flex items-center rounded-sm font-sans hover:text-text"
            >
              <ChevronRight
                className={classNames("size-3 transition-transform", isOpen && "rotate-90")}
                aria-hidden="true"
              />
              Lines
            </button>
          )}
        </p>
        {hasExcerpt && isOpen && <Excerpt lines={lines} line={finding.line ?? 1} />}
      </div>
    </li>
  );
}

/** The line with one before and after it. */
function Excerpt({ lines, line }: { lines: readonly string[]; line: number }) {
  const first = Math.max(1, line - 1);
  const last = Math.min(lines.length, line + 1);
  const numbers = Array.from({ length: last - first + 1 }, (_, index) => first + index);
  return (
    <pre className="mt-1 overflow-x-auto rounded-sm border bg-sunken py-1 font-mono text-xs leading-5">
      {numbers.map((number) => (
        <span key={number} className={classNames("flex px-2", number === line && "bg-broken-soft")}>
          <span className="mr-3 w-8 shrink-0 text-right text-text-faint select-none">{number}</span>
          {/* A document on one line would be megabytes of markup. */}
          <span>{(lines[number - 1] ?? "").slice(0, 240)}</span>
        </span>
      ))}
    </pre>
  );
}

/** A JSON pointer as a trail: "/paths/~1orders~1{id}/get" → "paths › /orders/{id} › get". */
function placeInWords(place: string): string {
  if (!place.startsWith("/")) {
    return place;
  }
  return place
    .slice(1)
    .split("/")
    .map((part) => part.replaceAll("~1", "/").replaceAll("~0", "~"))
    .join(" › ");
}

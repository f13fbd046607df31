"use client";

import { CircleCheck, LoaderCircle } from "lucide-react";
import { formatPlural } from "@/components/format/format-number";
import { readFailure } from "@/components/forms/read-failure";
import { StatusBadge } from "@/components/ui/badge";
import { ProblemList } from "@/components/ui/problem-list";
import type { DocumentCheck, ProblemItem } from "@/lib/api-schemas";
import { DocumentFindings } from "./document-findings";
import { OperationList } from "./operation-list";

export interface DocumentResultProps {
  check: DocumentCheck | undefined;
  error: unknown;
  isChecking: boolean;
  /** The text that was given, for showing lines of it. */
  text: string | undefined;
}

/** What the check found: every problem at its line, or the operations with the warnings. Announced to screen readers. */
export function DocumentResult({ check, error, isChecking, text }: DocumentResultProps) {
  return (
    <div aria-live="polite" className="min-w-0">
      {isChecking ? (
        <p className="flex items-center gap-2 text-sm text-text-muted">
          <LoaderCircle className="size-4 animate-spin" aria-hidden="true" />
          Reading the document …
        </p>
      ) : error !== null && error !== undefined ? (
        <Refused error={error} text={text} />
      ) : check !== undefined ? (
        <Accepted check={check} />
      ) : null}
    </div>
  );
}

function Refused({ error, text }: { error: unknown; text: string | undefined }) {
  const problems = readProblems(error);
  if (problems.length === 0) {
    const failure = readFailure(error);
    return <ProblemList title={failure.title} detail={failure.detail} requestId={failure.requestId} />;
  }
  return (
    <div role="alert">
      <StatusBadge tone="broken">{formatPlural(problems.length, "problem")}</StatusBadge>
      <span className="ml-2 text-sm text-text-muted">Mend them and the document is read again.</span>
      <div className="mt-1">
        <DocumentFindings kind="problem" findings={problems} text={text} />
      </div>
    </div>
  );
}

function readProblems(error: unknown): readonly ProblemItem[] {
  return readFailure(error).problems.map((problem) => ({
    code: problem.code ?? "",
    message: problem.message,
    // The check's own field is no place in the document; what stands behind "#" is.
    place: (problem.place ?? "").replace(/^\/document(Url)?#?/, ""),
    line: problem.line,
    column: problem.column,
  }));
}

function Accepted({ check }: { check: DocumentCheck }) {
  return (
    <div className="flex flex-col gap-3">
      <p className="flex flex-wrap items-center gap-x-2 gap-y-1 text-sm">
        <CircleCheck className="size-4 text-ok" aria-hidden="true" />
        <span className="font-medium">{check.title}</span>
        <span className="text-text-muted">
          OpenAPI {check.specification}
          {check.apiVersion !== "" && `, version ${check.apiVersion}`},{" "}
          {formatPlural(check.operations.length, "operation")}
        </span>
      </p>
      {check.warnings.length > 0 && (
        <details className="rounded-md border px-3 py-2">
          <summary className="text-sm">
            <span className="font-medium text-watch">{formatPlural(check.warnings.length, "warning")}</span>
            <span className="text-text-muted">: none keeps the API from being published</span>
          </summary>
          <DocumentFindings kind="warning" findings={check.warnings} text={check.document} />
        </details>
      )}
      <OperationList operations={check.operations} />
    </div>
  );
}

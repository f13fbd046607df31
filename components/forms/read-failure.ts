import type { Problem } from "@/components/ui/problem-list";

/** What went wrong with a change, as far as the thrown value tells. */
export interface Failure {
  readonly title: string;
  readonly detail?: string;
  readonly problems: readonly Problem[];
  readonly requestId?: string;
}

/**
 * Reads a thrown value. Errors of the API client carry the fields of a problem+json document; anything else is shown by its message.
 * Structural on purpose: components know the shape of RFC 9457, not the client's class.
 */
export function readFailure(error: unknown): Failure {
  const document = findProblemDocument(error);
  if (document === undefined) {
    return {
      title: error instanceof Error && error.message !== "" ? error.message : "It did not work. Try again.",
      problems: [],
    };
  }
  return {
    title:
      readText(document.title) ?? (error instanceof Error ? readText(error.message) : undefined) ?? "It did not work.",
    detail: readText(document.detail),
    problems: Array.isArray(document.problems) ? document.problems.flatMap(readProblem) : [],
    // The id leads operators to a cause in the log. A refusal has its cause in its text.
    requestId: isTrouble(document.status) ? readText(document.requestId) : undefined,
  };
}

function isTrouble(status: unknown): boolean {
  return typeof status !== "number" || status >= 500;
}

interface ProblemDocument {
  readonly status?: unknown;
  readonly title?: unknown;
  readonly detail?: unknown;
  readonly problems?: unknown;
  readonly requestId?: unknown;
}

function findProblemDocument(error: unknown): ProblemDocument | undefined {
  if (!isRecord(error)) {
    return undefined;
  }
  return "title" in error || "problems" in error ? error : undefined;
}

function readProblem(value: unknown): Problem[] {
  if (!isRecord(value)) {
    return [];
  }
  const message = readText(value.message) ?? readText(value.detail) ?? readText(value.title);
  if (message === undefined) {
    return [];
  }
  return [
    {
      message,
      code: readText(value.code),
      place: readText(value.place) ?? readText(value.pointer) ?? readText(value.path),
      line: readNumber(value.line),
      column: readNumber(value.column),
    },
  ];
}

function readText(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}

function readNumber(value: unknown): number | undefined {
  return typeof value === "number" ? value : undefined;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}

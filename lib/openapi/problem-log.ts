import { MAX_PROBLEMS } from "./limits";
import type { DocumentProblem } from "./parsed-document";
import { PROBLEM_CODES, type ProblemCode } from "./problem-codes";
import type { SourceFile } from "./source-file";

interface Entry {
  readonly code: ProblemCode;
  readonly message: string;
  readonly place: string;
  /** Location of the file; "" or absent for the document itself. */
  readonly file?: string;
  readonly line?: number;
  readonly column?: number;
}

/** Collects everything there is to say about a document, each thing once, and finds lines and columns at the end. */
export class ProblemLog {
  private readonly entries = new Map<string, Entry>();
  private omitted = { error: 0, warning: 0 };
  private counts = { error: 0, warning: 0 };

  add(entry: Entry): void {
    const key = `${entry.code}\n${entry.file ?? ""}\n${entry.place}\n${entry.line ?? ""}:${entry.column ?? ""}\n${entry.message}`;
    if (this.entries.has(key)) {
      return;
    }
    const { severity } = PROBLEM_CODES[entry.code];
    if (this.counts[severity] >= MAX_PROBLEMS) {
      this.omitted[severity] += 1;
      return;
    }
    this.counts[severity] += 1;
    this.entries.set(key, entry);
  }

  /** An empty log for an attempt; `join` takes it over when the attempt counts. */
  fork(): ProblemLog {
    return new ProblemLog();
  }

  join(other: ProblemLog): void {
    for (const entry of other.entries.values()) {
      this.add(entry);
    }
    this.omitted.error += other.omitted.error;
    this.omitted.warning += other.omitted.warning;
  }

  has(code: ProblemCode): boolean {
    return [...this.entries.values()].some((entry) => entry.code === code);
  }

  get hasErrors(): boolean {
    return this.counts.error > 0;
  }

  /**
   * Errors or warnings in the order of the text.
   * @param rootLocation problems there are not marked with a file
   */
  list(severity: "error" | "warning", files: ReadonlyMap<string, SourceFile>, rootLocation: string): DocumentProblem[] {
    const entries = [...this.entries.values()].filter(({ code }) => PROBLEM_CODES[code].severity === severity);
    const missing = new Map<string, string[]>();
    for (const { file = rootLocation, place, line } of entries) {
      if (line === undefined) {
        missing.set(file, [...(missing.get(file) ?? []), place]);
      }
    }
    const places = new Map([...missing].map(([file, wanted]) => [file, files.get(file)?.locate(wanted)]));
    const problems = entries.map(({ code, message, place, file = rootLocation, line, column }): DocumentProblem => {
      const position = line === undefined ? places.get(file)?.get(place) : { line, column };
      return { code, message, place, ...position, ...(file === rootLocation ? {} : { file }) };
    });
    problems.sort((left, right) => compare(left.file, right.file) || (left.line ?? 0) - (right.line ?? 0));
    const omitted = this.omitted[severity];
    if (omitted > 0) {
      const noun = severity === "error" ? "problems" : "warnings";
      problems.push({ code: "problems_omitted", message: `${omitted} more ${noun} are not listed.`, place: "" });
    }
    return problems;
  }
}

function compare(left = "", right = ""): number {
  return left < right ? -1 : left > right ? 1 : 0;
}

/** A name or text of the document in a message: quoted, one line, not longer than a person reads. */
export function quote(text: string): string {
  const line = text.replaceAll(/\s+/g, " ");
  return `“${line.length > 120 ? `${line.slice(0, 117)}…` : line}”`;
}

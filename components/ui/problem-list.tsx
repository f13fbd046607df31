import { CircleAlert } from "lucide-react";
import type { ReactNode } from "react";
import { classNames } from "./class-names";

/** One entry of a problem+json answer's `problems`, or anything shaped like it. */
export interface Problem {
  readonly message: string;
  readonly code?: string;
  /** Where: a field path or a JSON pointer into the document. */
  readonly place?: string;
  readonly line?: number;
  readonly column?: number;
  /** Where to mend it. */
  readonly href?: string;
}

export interface ProblemListProps {
  /** What did not work, and what to do. */
  title: string;
  detail?: ReactNode;
  problems?: readonly Problem[];
  /** Leads the gateway's operators to the cause. */
  requestId?: string;
  className?: string;
}

/** Every problem of a refused change, each with its place. */
export function ProblemList({ title, detail, problems = [], requestId, className }: ProblemListProps) {
  // A single problem is often the whole message; said once is enough.
  const listed = problems.filter((problem) => problem.message !== title);
  return (
    <div
      role="alert"
      className={classNames("rounded-md border border-broken/40 bg-broken-soft p-3 text-sm", className)}
    >
      <div className="flex items-start gap-2">
        <CircleAlert className="mt-0.5 size-4 shrink-0 text-broken" aria-hidden="true" />
        <div className="min-w-0 flex-1">
          <p className="font-medium text-text">{title}</p>
          {detail !== undefined && <div className="text-text-muted">{detail}</div>}
          {listed.length > 0 && (
            <ul className="mt-2 flex max-h-80 flex-col gap-1.5 overflow-y-auto">
              {listed.map((problem, index) => (
                <li key={index} className="flex flex-col">
                  <span className="break-words text-text">{problem.message}</span>
                  <ProblemPlace problem={problem} />
                </li>
              ))}
            </ul>
          )}
          {requestId !== undefined && <p className="mt-2 font-mono text-xs text-text-muted">Request {requestId}</p>}
        </div>
      </div>
    </div>
  );
}

function ProblemPlace({ problem }: { problem: Problem }) {
  const position =
    problem.line === undefined
      ? undefined
      : `line ${problem.line}${problem.column === undefined ? "" : `, column ${problem.column}`}`;
  const parts = [problem.place, position, problem.code].filter((part) => part !== undefined && part !== "");
  if (parts.length === 0) {
    return null;
  }
  const text = parts.join(" · ");
  return (
    <span className="font-mono text-xs break-all text-text-muted">
      {problem.href === undefined ? (
        text
      ) : (
        <a href={problem.href} className="link">
          {text}
        </a>
      )}
    </span>
  );
}

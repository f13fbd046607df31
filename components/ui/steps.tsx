import { Check } from "lucide-react";
import type { ReactNode } from "react";
import { classNames } from "./class-names";

export type StepState = "done" | "current" | "waiting";

export interface StepProps {
  number: number;
  title: string;
  state: StepState;
  /** What was decided, once the step is done. */
  summary?: ReactNode;
  /** A way to decide otherwise. */
  action?: ReactNode;
  children?: ReactNode;
}

const WORDS: Record<StepState, string> = { done: "done", current: "current step", waiting: "not yet" };

/** One numbered step of a flow on one page. What is done shrinks to a line; what is not yet possible is only named. */
export function Step({ number, title, state, summary, action, children }: StepProps) {
  return (
    <li aria-current={state === "current" ? "step" : undefined} className="group relative flex gap-4 pb-6 last:pb-0">
      <div className="flex flex-col items-center self-stretch">
        <span
          className={classNames(
            "grid size-7 shrink-0 place-items-center rounded-full border text-sm font-semibold tabular-nums",
            state === "done" && "border-transparent bg-accent text-on-accent",
            state === "current" && "border-accent text-accent-text",
            state === "waiting" && "border-line-strong text-text-faint",
          )}
        >
          {state === "done" ? <Check className="size-4" strokeWidth={3} aria-hidden="true" /> : number}
          <span className="sr-only">{`, ${WORDS[state]}`}</span>
        </span>
        <span className="mt-2 w-px flex-1 bg-line group-last:hidden" aria-hidden="true" />
      </div>
      <section aria-label={title} className="min-w-0 flex-1 pt-0.5">
        <div className="flex min-h-7 flex-wrap items-center justify-between gap-2">
          <h2 className={classNames("text-lg font-semibold", state === "waiting" && "text-text-faint")}>{title}</h2>
          {action}
        </div>
        {summary !== undefined && <div className="text-text-muted">{summary}</div>}
        {children !== undefined && <div className="mt-3">{children}</div>}
      </section>
    </li>
  );
}

"use client";

import { useState, type ReactNode } from "react";
import { FormProvider, type FieldValues, type UseFormReturn } from "react-hook-form";
import { ProblemList } from "@/components/ui/problem-list";
import { classNames } from "@/components/ui/class-names";
import { readFailure, type Failure } from "./read-failure";

export interface FormProps<Input extends FieldValues, Output> {
  form: UseFormReturn<Input, unknown, Output>;
  /** Rejects when the server refuses; its problems are shown at their fields, the rest above the buttons. */
  onSubmit: (values: Output) => Promise<unknown>;
  id?: string;
  label?: string;
  className?: string;
  children: ReactNode;
}

/** A form around `useZodForm`: validates, submits once, shows what the server said, keeps what was typed. */
export function Form<Input extends FieldValues, Output>({
  form,
  onSubmit,
  id,
  label,
  className,
  children,
}: FormProps<Input, Output>) {
  const [failure, setFailure] = useState<Failure>();

  const submit = form.handleSubmit(async (values) => {
    setFailure(undefined);
    try {
      await onSubmit(values);
    } catch (error) {
      setFailure(placeProblems(form, readFailure(error)));
    }
  });

  return (
    <FormProvider {...form}>
      <form
        id={id}
        aria-label={label}
        noValidate
        onSubmit={(event) => {
          // Forms inside panels are children of other forms in React's tree; their events must not travel.
          event.stopPropagation();
          void submit(event);
        }}
        className={classNames("flex flex-col gap-4", className)}
      >
        {failure !== undefined && (
          <ProblemList
            title={failure.title}
            detail={failure.detail}
            problems={failure.problems}
            requestId={failure.requestId}
          />
        )}
        {children}
      </form>
    </FormProvider>
  );
}

/** Moves problems that name a field of this form to that field; what is left is shown as a list. */
function placeProblems<Input extends FieldValues, Output>(
  form: UseFormReturn<Input, unknown, Output>,
  failure: Failure,
): Failure | undefined {
  const names = new Set(Object.keys(form.getValues()));
  const rest = failure.problems.filter((problem) => {
    const name = toFieldName(problem.place);
    const top = name.split(".")[0] ?? "";
    if (name === "" || !names.has(top)) {
      return true;
    }
    form.setError(name as never, { type: "server", message: problem.message }, { shouldFocus: true });
    return false;
  });
  const wasPlaced = rest.length === 0 && failure.problems.length > 0;
  return wasPlaced ? undefined : { ...failure, problems: rest };
}

/** "/targets/0/url" and "targets.0.url" and "body.targets[0].url" all name the same field. */
function toFieldName(place: string | undefined): string {
  return (place ?? "")
    .replace(/^#?\/+/, "")
    .replace(/^body[./]/, "")
    .replaceAll("/", ".")
    .replace(/\[(\d+)\]/g, ".$1");
}

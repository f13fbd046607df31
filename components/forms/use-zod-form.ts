"use client";

import { useForm, type DefaultValues, type FieldValues, type Resolver, type UseFormReturn } from "react-hook-form";
import type { z } from "zod";

/**
 * A form whose values are checked by a zod schema while they are typed. An error shows after a short pause, so that nobody is told off
 * in the middle of a word; what was typed is kept whatever the server says.
 */
export function useZodForm<Input extends FieldValues, Output>(
  schema: z.ZodType<Output, Input>,
  defaultValues: DefaultValues<Input>,
): UseFormReturn<Input, unknown, Output> {
  return useForm<Input, unknown, Output>({
    resolver: zodResolver(schema),
    defaultValues,
    mode: "all",
    delayError: 500,
  });
}

function zodResolver<Input extends FieldValues, Output>(
  schema: z.ZodType<Output, Input>,
): Resolver<Input, unknown, Output> {
  return async (values) => {
    const result = await schema.safeParseAsync(values);
    if (result.success) {
      return { values: result.data, errors: {} };
    }
    const errors: Record<string, unknown> = {};
    for (const issue of result.error.issues) {
      setAt(errors, issue.path, { type: issue.code, message: issue.message });
    }
    return { values: {}, errors: errors as never };
  };
}

/** Writes an error at a path of a nested object; the first error of a place wins. */
function setAt(target: Record<PropertyKey, unknown>, path: readonly PropertyKey[], error: unknown): void {
  const [head, ...rest] = path.length === 0 ? ["root"] : path;
  if (head === undefined) {
    return;
  }
  if (rest.length === 0) {
    target[head] ??= error;
    return;
  }
  // An array's own error (too short) and an item's error live in the same object; react-hook-form reads them by their keys.
  const inner = (target[head] ??= {}) as Record<PropertyKey, unknown>;
  setAt(inner, rest, error);
}

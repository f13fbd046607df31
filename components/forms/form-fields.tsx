"use client";

import type { ReactNode } from "react";
import { get, useFormContext, type FieldValues, type RegisterOptions } from "react-hook-form";
import { Checkbox } from "@/components/ui/checkbox";
import { Field } from "@/components/ui/field";
import { Input, type InputProps } from "@/components/ui/input";
import { Select, type SelectProps } from "@/components/ui/select";
import { Textarea, type TextareaProps } from "@/components/ui/textarea";

interface FieldTexts {
  /** Path of the value in the form: "name", "targets.0.url". */
  name: string;
  label: ReactNode;
  hint?: ReactNode;
  isOptional?: boolean;
  hideLabel?: boolean;
  fieldClassName?: string;
}

/** The message of a field's error in the form around it. */
function useFieldError(name: string): string | undefined {
  const { formState } = useFormContext<FieldValues>();
  const error: unknown = get(formState.errors, name);
  if (typeof error === "object" && error !== null && "message" in error && typeof error.message === "string") {
    return error.message;
  }
  return undefined;
}

export interface InputFieldProps extends FieldTexts, Omit<InputProps, "name"> {
  /** Numbers arrive at the schema as numbers; an empty box as undefined. */
  isNumber?: boolean;
}

export function InputField({
  name,
  label,
  hint,
  isOptional,
  hideLabel,
  fieldClassName,
  isNumber = false,
  ...rest
}: InputFieldProps) {
  const { register } = useFormContext<FieldValues>();
  const error = useFieldError(name);
  const options: RegisterOptions<FieldValues, string> = isNumber
    ? {
        setValueAs: (value: unknown) =>
          value === "" || value === undefined || value === null ? undefined : Number(value),
      }
    : {};
  return (
    <Field {...{ label, hint, isOptional, hideLabel, error }} className={fieldClassName}>
      <Input {...rest} {...(isNumber ? { inputMode: "numeric" as const } : {})} {...register(name, options)} />
    </Field>
  );
}

export function TextareaField({
  name,
  label,
  hint,
  isOptional,
  hideLabel,
  fieldClassName,
  ...rest
}: FieldTexts & Omit<TextareaProps, "name">) {
  const { register } = useFormContext<FieldValues>();
  const error = useFieldError(name);
  return (
    <Field {...{ label, hint, isOptional, hideLabel, error }} className={fieldClassName}>
      <Textarea {...rest} {...register(name)} />
    </Field>
  );
}

export function SelectField({
  name,
  label,
  hint,
  isOptional,
  hideLabel,
  fieldClassName,
  ...rest
}: FieldTexts & Omit<SelectProps, "name">) {
  const { register } = useFormContext<FieldValues>();
  const error = useFieldError(name);
  return (
    <Field {...{ label, hint, isOptional, hideLabel, error }} className={fieldClassName}>
      <Select {...rest} {...register(name)} />
    </Field>
  );
}

export function CheckboxField({ name, label, hint }: Pick<FieldTexts, "name" | "label" | "hint">) {
  const { register } = useFormContext<FieldValues>();
  return <Checkbox label={label} hint={hint} {...register(name)} />;
}

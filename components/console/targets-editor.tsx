"use client";

import { CircleAlert, Plus, Trash2 } from "lucide-react";
import { get, useFieldArray, useFormContext, useWatch, type FieldValues } from "react-hook-form";
import { formatShare } from "@/components/format/format-number";
import { InputField } from "@/components/forms/form-fields";
import { Button } from "@/components/ui/button";
import { IconButton } from "@/components/ui/icon-button";
import { MAIN_POOL } from "@/lib/api-schemas";

interface TargetsEditorProps {
  name: string;
  /** Whether to say to which pool each belongs. */
  withPools?: boolean;
}

/** The targets of an upstream: address and weight of each, with the share of calls that the weights make. Inside a Form. */
export function TargetsEditor({ name, withPools = false }: TargetsEditorProps) {
  const { control, formState } = useFormContext<FieldValues>();
  const { fields, append, remove } = useFieldArray({ control, name });
  const targets = (useWatch({ control, name }) ?? []) as readonly EditedTarget[];
  const error: unknown = get(formState.errors, name);
  return (
    <div className="flex flex-col gap-2">
      <ul aria-label="Targets" className="flex flex-col gap-2">
        {fields.map((field, index) => (
          <li key={field.id} className="flex flex-wrap items-start gap-x-2 gap-y-1">
            <InputField
              name={`${name}.${index}.url`}
              label={fields.length === 1 ? "Upstream address" : `Address of target ${index + 1}`}
              hint={index === 0 ? "Where the gateway sends the calls. Private addresses are fine." : undefined}
              isCode
              type="url"
              placeholder="http://orders.internal:8080"
              fieldClassName="min-w-0 flex-1 basis-60"
            />
            <InputField
              name={`${name}.${index}.weight`}
              label={fields.length === 1 ? "Weight" : `Weight of target ${index + 1}`}
              isNumber
              hint={shareOf(targets, index)}
              fieldClassName="w-32"
            />
            {withPools && (
              <InputField
                name={`${name}.${index}.pool`}
                label={fields.length === 1 ? "Pool" : `Pool of target ${index + 1}`}
                isCode
                fieldClassName="w-32"
              />
            )}
            <IconButton
              label={`Remove target ${index + 1}`}
              className="mt-6"
              disabled={fields.length === 1}
              onClick={() => remove(index)}
            >
              <Trash2 aria-hidden="true" />
            </IconButton>
          </li>
        ))}
      </ul>
      {hasMessage(error) && (
        <p role="alert" className="flex items-center gap-1 text-xs text-broken">
          <CircleAlert className="size-3.5" aria-hidden="true" />
          {error.message}
        </p>
      )}
      <div>
        <Button size="small" onClick={() => append({ url: "", weight: 1, pool: MAIN_POOL })}>
          <Plus aria-hidden="true" />
          Add target
        </Button>
      </div>
    </div>
  );
}

interface EditedTarget {
  readonly weight?: unknown;
  readonly pool?: unknown;
}

/** Of what its pool gets; undefined when that is nothing. */
function shareOf(targets: readonly EditedTarget[], index: number): string | undefined {
  const pool = poolOf(targets[index]);
  const ofPool = targets.filter((target) => poolOf(target) === pool);
  const sum = ofPool.reduce((total, { weight }) => total + toWeight(weight), 0);
  const calls = pool === MAIN_POOL ? "the calls" : `“${pool}”`;
  return sum > 0 ? `${formatShare(toWeight(targets[index]?.weight) / sum)} of ${calls}` : undefined;
}

function poolOf(target: EditedTarget | undefined): string {
  return typeof target?.pool === "string" ? target.pool : MAIN_POOL;
}

function toWeight(value: unknown): number {
  const weight = value === undefined || value === "" ? 1 : Number(value);
  return Number.isFinite(weight) && weight > 0 ? weight : 0;
}

function hasMessage(error: unknown): error is { message: string } {
  return typeof error === "object" && error !== null && "message" in error && typeof error.message === "string";
}

"use client";

import { Plus, Trash2 } from "lucide-react";
import { useFieldArray, useFormContext, useWatch } from "react-hook-form";
import { RelativeTime } from "@/components/format/relative-time";
import { CheckboxField, InputField, SelectField } from "@/components/forms/form-fields";
import { Button } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { IconButton } from "@/components/ui/icon-button";
import { MAIN_POOL, type Upstream } from "@/lib/api-schemas";
import { FieldGrid } from "./field-grid";
import { isNamed, TRAIT_LABELS, TRAITS } from "./trait";
import type { UpstreamFormValues } from "./upstream-form-values";

/** Which pool a call goes to. Inside the upstream's form. */
export function SplitFields({ upstream }: { upstream: Upstream }) {
  const { control } = useFormContext<UpstreamFormValues>();
  const uses = useWatch({ control, name: "uses" });
  return (
    <Card
      title="Split"
      description={`Calls go to the pool “${MAIN_POOL}”, but for those of a rule and a canary’s share: to try out what is new on few of them, or to move all of them over.`}
    >
      <CheckboxField name="uses.canary" label="Send a share of the calls to a canary" />
      {uses.canary && <CanaryFields ramp={upstream.split?.canary?.ramp} />}
      <Rules />
    </Card>
  );
}

type Ramp = NonNullable<NonNullable<Upstream["split"]>["canary"]>["ramp"];

function CanaryFields({ ramp }: { ramp: Ramp }) {
  const { control } = useFormContext<UpstreamFormValues>();
  const uses = useWatch({ control, name: "uses" });
  const from = useWatch({ control, name: "split.canary.stickyBy.from" });
  return (
    <>
      <FieldGrid>
        <InputField
          name="split.canary.percent"
          label="Share"
          isNumber
          suffix="%"
          hint="Of the calls that no rule fits."
        />
        <InputField
          name="split.canary.pool"
          label="Of the pool"
          isCode
          hint={`Of targets above, and not “${MAIN_POOL}”.`}
        />
        <SelectField
          name="split.canary.stickyBy.from"
          label="Who is in stays in, by"
          options={[
            { value: "none", label: "Nothing: each call anew" },
            ...TRAITS.map((value) => ({ value, label: TRAIT_LABELS[value] })),
          ]}
        />
        {isNamed(from) && <InputField name="split.canary.stickyBy.name" label="Its name" isCode />}
      </FieldGrid>
      <div className="mt-4">
        <CheckboxField name="uses.ramp" label="Grow to that share little by little" />
      </div>
      {uses.ramp && (
        <FieldGrid>
          <InputField
            name="split.canary.ramp.minutes"
            label="Within"
            isNumber
            isOptional={ramp !== undefined}
            suffix="min"
            hint={
              ramp === undefined ? (
                "Begins when this is saved."
              ) : (
                <>
                  It reaches its share <RelativeTime time={ramp.endsAt} />. A number here begins another one now.
                </>
              )
            }
          />
        </FieldGrid>
      )}
      <div className="mt-4">
        <CheckboxField name="uses.halt" label="Stop when the canary does badly" />
      </div>
      {uses.halt && (
        <FieldGrid>
          <InputField
            name="split.canary.halt.errorSharePercent"
            label="At errors of"
            isNumber
            suffix="%"
            hint="0 = not looked at."
          />
          <InputField
            name="split.canary.halt.p95Ms"
            label="At a 95th percentile of"
            isNumber
            suffix="ms"
            hint="Until an answer begins; 0 = not looked at."
          />
          <InputField name="split.canary.halt.windowSeconds" label="Within" isNumber suffix="s" />
          <InputField name="split.canary.halt.minimumRequests" label="After calls" isNumber hint="In that time." />
        </FieldGrid>
      )}
    </>
  );
}

/** For testers, or to choose a pool by what a call says. */
function Rules() {
  const { control } = useFormContext<UpstreamFormValues>();
  const { fields, append, remove } = useFieldArray({ control, name: "split.rules" });
  return (
    <div className="mt-4 flex flex-col gap-2">
      <ul aria-label="Rules" className="flex flex-col gap-3">
        {fields.map((field, index) => (
          <li key={field.id} className="flex flex-wrap items-start gap-x-2 gap-y-1">
            <SelectField
              name={`split.rules.${index}.from`}
              label="Calls whose"
              options={[
                { value: "header", label: "header field" },
                { value: "query", label: "query parameter" },
              ]}
              fieldClassName="w-44"
            />
            <InputField
              name={`split.rules.${index}.name`}
              label="named"
              isCode
              fieldClassName="min-w-0 flex-1 basis-32"
            />
            <InputField
              name={`split.rules.${index}.value`}
              label="is"
              isCode
              fieldClassName="min-w-0 flex-1 basis-32"
            />
            <InputField name={`split.rules.${index}.pool`} label="go to the pool" isCode fieldClassName="w-32" />
            <IconButton label={`Remove rule ${index + 1}`} className="mt-6" onClick={() => remove(index)}>
              <Trash2 aria-hidden="true" />
            </IconButton>
          </li>
        ))}
      </ul>
      <div>
        <Button
          size="small"
          disabled={fields.length >= 20}
          onClick={() => append({ from: "header", name: "X-Canary", value: "1", pool: "canary" })}
        >
          <Plus aria-hidden="true" />
          Add rule
        </Button>
      </div>
    </div>
  );
}

"use client";

import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { useWatch, type UseFormReturn } from "react-hook-form";
import { queries } from "@/app/(console)/data/queries";
import { LimitsEditor } from "@/components/console/limits/limits-editor";
import { toSlug } from "@/components/console/slug";
import { TierPromise } from "@/components/console/tier-promise";
import { Form } from "@/components/forms/form";
import { InputField, SelectField, TextareaField } from "@/components/forms/form-fields";
import { Card } from "@/components/ui/card";
import type { PlanInput, PlanValues } from "./plan-values";

export interface PlanFormProps {
  form: UseFormReturn<PlanInput, unknown, PlanValues>;
  isNew: boolean;
  onSubmit: (values: PlanValues) => Promise<unknown>;
  /** The buttons. */
  footer: ReactNode;
}

const APPROVALS = [
  { value: "automatic", label: "Automatic: a subscription is active at once" },
  { value: "manual", label: "By an owner: each request is decided" },
];

/** Limits as sentences, then who may have the plan and what it promises. */
export function PlanForm({ form, isNew, onSubmit, footer }: PlanFormProps) {
  void form.formState.dirtyFields;
  const followName = (name: string) => {
    if (isNew && !form.getFieldState("slug").isDirty) {
      form.setValue("slug", toSlug(name), { shouldValidate: true });
    }
  };
  return (
    <Form form={form} label="Plan" onSubmit={onSubmit}>
      <Card title="Plan">
        <div className="flex flex-col gap-3">
          <div className="grid gap-3 sm:grid-cols-2">
            <InputField
              name="name"
              label="Name"
              placeholder="Gold"
              onInput={(event) => followName(event.currentTarget.value)}
            />
            <InputField
              name="slug"
              label="Slug"
              isCode
              readOnly={!isNew}
              hint={isNew ? "Part of its address. It stays as it is." : undefined}
            />
          </div>
          <TextareaField
            name="description"
            label="Description"
            hint="Shown beside the plan in the portal."
            isOptional
            rows={2}
          />
          <div className="grid items-start gap-3 sm:grid-cols-2">
            <SelectField name="approval" label="Approval" options={APPROVALS} />
            <TierField form={form} />
          </div>
        </div>
      </Card>
      <Card title="Limits" description="Each limit is drawn by the code that enforces it at the gateway." isFlush>
        <LimitsEditor />
      </Card>
      {footer}
    </Form>
  );
}

function TierField({ form }: Pick<PlanFormProps, "form">) {
  const tiers = useQuery(queries.slaTiers());
  const chosen = useWatch({ control: form.control, name: "slaTier" });
  const tier = tiers.data?.items.find((one) => one.slug === chosen);
  return (
    <SelectField
      name="slaTier"
      label="SLA tier"
      options={[
        { value: "", label: "None: nothing is promised" },
        // The chosen one must be an option before the list is there: a select cannot hold what it does not offer.
        ...(tiers.data?.items ?? chosenOnly(chosen)).map(({ slug, name }) => ({ value: slug, label: name })),
      ]}
      hint={tier === undefined ? "What subscribers are promised." : <TierPromise tier={tier} />}
    />
  );
}

function chosenOnly(slug: string): { slug: string; name: string }[] {
  return slug === "" ? [] : [{ slug, name: slug }];
}

"use client";

import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { z } from "zod";
import { toSlug } from "@/components/console/slug";
import { formatPlural } from "@/components/format/format-number";
import { Form } from "@/components/forms/form";
import { InputField, TextareaField } from "@/components/forms/form-fields";
import { useZodForm } from "@/components/forms/use-zod-form";
import { Button } from "@/components/ui/button";
import { ConfirmDialog } from "@/components/ui/confirm-dialog";
import { SidePanel } from "@/components/ui/dialog";
import { toast } from "@/components/ui/toast";
import { slaTiers } from "@/lib/api-client";
import { descriptionSchema, slaTierInputShape, slugSchema, type SlaTier } from "@/lib/api-schemas";

const tierFormSchema = z.object({ slug: slugSchema, ...slaTierInputShape, supportText: descriptionSchema });

export interface TierPanelProps {
  /** Undefined: a new one. */
  tier: SlaTier | undefined;
  isOpen: boolean;
  onClose: () => void;
}

/** Creates or changes a tier, beside the list. */
export function TierPanel({ tier, isOpen, onClose }: TierPanelProps) {
  return (
    <SidePanel
      isOpen={isOpen}
      onClose={onClose}
      keepOnOutsideClick
      title={tier === undefined ? "Create tier" : tier.name}
      description="Objectives are promises, not limits: the gateway measures against them and refuses nothing."
    >
      <TierForm key={tier?.etag ?? "new"} tier={tier} onClose={onClose} />
    </SidePanel>
  );
}

function TierForm({ tier, onClose }: Omit<TierPanelProps, "isOpen">) {
  const client = useQueryClient();
  const form = useZodForm(tierFormSchema, {
    slug: tier?.slug ?? "",
    name: tier?.name ?? "",
    rank: tier?.rank ?? 10,
    availabilityPercent: tier?.availabilityPercent ?? 99.9,
    p95LatencyMs: tier?.p95LatencyMs ?? 500,
    errorSharePercent: tier?.errorSharePercent ?? 1,
    supportText: tier?.supportText ?? "",
  });
  void form.formState.dirtyFields;
  const followName = (name: string) => {
    if (tier === undefined && !form.getFieldState("slug").isDirty) {
      form.setValue("slug", toSlug(name), { shouldValidate: true });
    }
  };
  return (
    <Form
      form={form}
      label="SLA tier"
      onSubmit={async ({ slug, ...values }) => {
        await (tier === undefined
          ? slaTiers.create({ slug, ...values })
          : slaTiers.update(tier.slug, values, tier.etag));
        await client.invalidateQueries({ queryKey: ["sla-tiers"] });
        await client.invalidateQueries({ queryKey: ["products"] });
        toast.success(tier === undefined ? `Tier ${values.name} created` : "Changes saved");
        onClose();
      }}
    >
      <InputField name="name" label="Name" onInput={(event) => followName(event.currentTarget.value)} />
      <InputField name="slug" label="Slug" isCode readOnly={tier !== undefined} />
      <div className="grid grid-cols-2 gap-3">
        <InputField name="availabilityPercent" label="Availability" isNumber suffix="%" inputMode="decimal" />
        <InputField name="p95LatencyMs" label="p95 latency under" isNumber suffix="ms" />
        <InputField name="errorSharePercent" label="Errors under" isNumber suffix="%" inputMode="decimal" />
        <InputField name="rank" label="Rank" isNumber hint="Higher is better." />
      </div>
      <TextareaField
        name="supportText"
        label="Support"
        isOptional
        rows={3}
        placeholder="Answer within 4 hours on working days."
      />
      <div className="flex flex-wrap justify-end gap-2">
        {tier !== undefined && <RemoveTier tier={tier} onRemoved={onClose} />}
        <Button onClick={onClose}>Cancel</Button>
        <Button type="submit" variant="primary" isLoading={form.formState.isSubmitting}>
          {tier === undefined ? "Create tier" : "Save tier"}
        </Button>
      </div>
    </Form>
  );
}

function RemoveTier({ tier, onRemoved }: { tier: SlaTier; onRemoved: () => void }) {
  const client = useQueryClient();
  const [isOpen, setIsOpen] = useState(false);
  return (
    <>
      <Button variant="dangerGhost" className="mr-auto" onClick={() => setIsOpen(true)}>
        Remove tier
      </Button>
      <ConfirmDialog
        isOpen={isOpen}
        onClose={() => setIsOpen(false)}
        title={`Remove the tier ${tier.name}?`}
        consequences={[
          tier.plans === 0
            ? "No plan promises it."
            : `This is refused until the ${formatPlural(tier.plans, "plan")} with it ${tier.plans === 1 ? "has" : "have"} another tier.`,
        ]}
        confirmLabel="Remove tier"
        onConfirm={async () => {
          await slaTiers.remove(tier.slug, tier.etag);
          onRemoved();
          await client.invalidateQueries({ queryKey: ["sla-tiers"] });
          toast.success(`Tier ${tier.name} removed`);
        }}
      />
    </>
  );
}

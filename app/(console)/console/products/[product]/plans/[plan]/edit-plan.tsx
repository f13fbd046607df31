"use client";

import { useQueryClient } from "@tanstack/react-query";
import { useRouter } from "next/navigation";
import { useState } from "react";
import { paths } from "@/app/(console)/data/paths";
import { DangerCard } from "@/components/console/danger-card";
import { formatPlural } from "@/components/format/format-number";
import { useZodForm } from "@/components/forms/use-zod-form";
import { Badge, StatusBadge } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { ConfirmDialog } from "@/components/ui/confirm-dialog";
import { EmptyState } from "@/components/ui/empty-state";
import { PageHeader } from "@/components/ui/page-header";
import { toast } from "@/components/ui/toast";
import { products } from "@/lib/api-client";
import type { Plan } from "@/lib/api-schemas";
import { PRODUCTS_CRUMB, useProduct } from "../../product-frame";
import { PlanForm } from "../plan-form";
import { planValuesSchema, toPlanInput } from "../plan-values";
import { PlanFacts } from "./plan-facts";

/** One plan: its limits as sentences, and who uses it. */
export function EditPlan({ slug }: { slug: string }) {
  const product = useProduct();
  const plan = product.plans.find((one) => one.slug === slug);
  const crumbs = [PRODUCTS_CRUMB, { href: paths.product(product.slug), label: product.name }];
  if (plan === undefined) {
    return (
      <>
        <PageHeader title={slug} crumbs={crumbs} />
        <Card>
          <EmptyState title={`${product.name} has no plan “${slug}”`} />
        </Card>
      </>
    );
  }
  return (
    <>
      <PageHeader
        title={plan.name}
        crumbs={crumbs}
        badges={
          <>
            <Badge>{formatPlural(plan.subscriptions.active, "subscription")}</Badge>
            {plan.subscriptions.pending > 0 && (
              <StatusBadge tone="watch">{formatPlural(plan.subscriptions.pending, "request")} waiting</StatusBadge>
            )}
          </>
        }
      />
      {product.canEdit ? <Editor key={plan.etag} plan={plan} /> : <PlanFacts plan={plan} />}
    </>
  );
}

function Editor({ plan }: { plan: Plan }) {
  const client = useQueryClient();
  const form = useZodForm(planValuesSchema, toPlanInput(plan));
  const { isDirty, isSubmitting } = form.formState;
  return (
    <div className="flex flex-col gap-4">
      <PlanForm
        form={form}
        isNew={false}
        onSubmit={async ({ name, description, slaTier, approval, limits }) => {
          await products.updatePlan(
            plan.product,
            plan.slug,
            { name, description, slaTier, approval, limits },
            plan.etag,
          );
          await client.invalidateQueries({ queryKey: ["products"] });
          toast.success(`Plan ${name} saved`, { description: "Publish to bring its limits to the gateways." });
        }}
        footer={
          <>
            <p className="mr-auto text-sm text-text-muted">A limit that keeps its name keeps what was already used.</p>
            <Button disabled={!isDirty || isSubmitting} onClick={() => form.reset()}>
              Discard changes
            </Button>
            <Button type="submit" variant="primary" disabled={!isDirty} isLoading={isSubmitting}>
              Save plan
            </Button>
          </>
        }
      />
      <RemovePlan plan={plan} />
    </div>
  );
}

function RemovePlan({ plan }: { plan: Plan }) {
  const router = useRouter();
  const client = useQueryClient();
  const [isOpen, setIsOpen] = useState(false);
  const { active, pending } = plan.subscriptions;
  return (
    <DangerCard
      title="Remove plan"
      text={
        active > 0
          ? `${formatPlural(active, "subscription")} in use: close them first.`
          : "Nobody uses it at the moment."
      }
      action="Remove plan"
      onAction={() => setIsOpen(true)}
    >
      <ConfirmDialog
        isOpen={isOpen}
        onClose={() => setIsOpen(false)}
        title={`Remove the plan ${plan.name}?`}
        consequences={[
          "Nobody can subscribe to it any more.",
          ...(pending > 0 ? [`${formatPlural(pending, "waiting request")} cannot be approved any more.`] : []),
          ...(active > 0
            ? [`${formatPlural(active, "subscription")} would stop working, so this is refused until they are closed.`]
            : []),
        ]}
        confirmLabel="Remove plan"
        onConfirm={async () => {
          await products.removePlan(plan.product, plan.slug, plan.etag);
          router.replace(paths.product(plan.product));
          await client.invalidateQueries({ queryKey: ["products"] });
          toast.success(`Plan ${plan.name} removed`);
        }}
      />
    </DangerCard>
  );
}

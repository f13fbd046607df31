"use client";

import { useQueryClient } from "@tanstack/react-query";
import { useRouter } from "next/navigation";
import { paths } from "@/app/(console)/data/paths";
import { DangerCard } from "@/components/ui/danger-card";
import { formatPlural } from "@/components/format/format-number";
import { SaveBar } from "@/components/forms/save-bar";
import { useZodForm } from "@/components/forms/use-zod-form";
import { Badge, StatusBadge } from "@/components/ui/badge";
import { Card } from "@/components/ui/card";
import { EmptyState } from "@/components/ui/empty-state";
import { PageHeader } from "@/components/ui/page-header";
import { toast } from "@/components/ui/toast";
import { products } from "@/lib/api-client";
import type { Plan } from "@/lib/api-schemas";
import { PRODUCTS_CRUMB, useProduct } from "../../product-frame";
import { PlanForm } from "../plan-form";
import { planValuesSchema, toPlanInput } from "../plan-values";
import { PlanFacts } from "./plan-facts";
import { PlanPolicies } from "./plan-policies";

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
            {plan.subscriptions !== null && <Badge>{formatPlural(plan.subscriptions.active, "subscription")}</Badge>}
            {plan.subscriptions !== null && plan.subscriptions.pending > 0 && (
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
          <SaveBar label="Save plan" withDiscard note="A limit that keeps its name keeps what was already used." />
        }
      />
      <PlanPolicies plan={plan} />
      <RemovePlan plan={plan} />
    </div>
  );
}

function RemovePlan({ plan }: { plan: Plan }) {
  const router = useRouter();
  const client = useQueryClient();
  const { active, pending } = plan.subscriptions ?? { active: 0, pending: 0 };
  return (
    <DangerCard
      title="Remove plan"
      text={
        active > 0
          ? `${formatPlural(active, "subscription")} in use: close them first.`
          : "Nobody uses it at the moment."
      }
      action="Remove plan"
      question={`Remove the plan ${plan.name}?`}
      consequences={[
        "Nobody can subscribe to it any more.",
        ...(pending > 0 ? [`${formatPlural(pending, "waiting request")} cannot be approved any more.`] : []),
        ...(active > 0
          ? [`${formatPlural(active, "subscription")} would stop working, so this is refused until they are closed.`]
          : []),
      ]}
      onConfirm={async () => {
        await products.removePlan(plan.product, plan.slug, plan.etag);
        router.replace(paths.product(plan.product));
        await client.invalidateQueries({ queryKey: ["products"] });
        toast.success(`Plan ${plan.name} removed`);
      }}
    />
  );
}

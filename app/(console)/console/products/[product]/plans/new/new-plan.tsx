"use client";

import { useQueryClient } from "@tanstack/react-query";
import Link from "next/link";
import { useRouter } from "next/navigation";
import { paths } from "@/app/(console)/data/paths";
import { newLimitValues } from "@/components/console/limits/limit-values";
import { useZodForm } from "@/components/forms/use-zod-form";
import { Button } from "@/components/ui/button";
import { PageHeader } from "@/components/ui/page-header";
import { toast } from "@/components/ui/toast";
import { products } from "@/lib/api-client";
import { PRODUCTS_CRUMB, useProduct } from "../../product-frame";
import { PlanForm } from "../plan-form";
import { planValuesSchema } from "../plan-values";

/** A new plan begins with one limit, because a plan without any is rarely meant. */
export function NewPlan() {
  const product = useProduct();
  const router = useRouter();
  const client = useQueryClient();
  const form = useZodForm(planValuesSchema, {
    slug: "",
    name: "",
    description: "",
    slaTier: "",
    approval: "automatic",
    limits: [newLimitValues([])],
  });
  return (
    <>
      <PageHeader
        title={`Add a plan to ${product.name}`}
        crumbs={[PRODUCTS_CRUMB, { href: paths.product(product.slug), label: product.name }]}
      />
      <PlanForm
        form={form}
        isNew
        onSubmit={async ({ slaTier, ...values }) => {
          const plan = await products.createPlan(product.slug, { ...values, ...(slaTier === null ? {} : { slaTier }) });
          await client.invalidateQueries({ queryKey: ["products"] });
          toast.success(`Plan ${plan.name} added`, { description: "Publish to bring it to the gateways." });
          router.push(paths.product(product.slug));
        }}
        footer={
          <div className="flex justify-end gap-3">
            <Button asChild>
              <Link href={paths.product(product.slug)}>Cancel</Link>
            </Button>
            <Button type="submit" variant="primary" isLoading={form.formState.isSubmitting}>
              Add plan
            </Button>
          </div>
        }
      />
    </>
  );
}

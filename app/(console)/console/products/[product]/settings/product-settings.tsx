"use client";

import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useRouter } from "next/navigation";
import { z } from "zod";
import { queries } from "@/app/(console)/data/queries";
import { DangerCard } from "@/components/ui/danger-card";
import { VersionPicker } from "@/components/console/version-picker";
import { VISIBILITY_OPTIONS } from "@/components/console/visibility";
import { formatPlural } from "@/components/format/format-number";
import { Form } from "@/components/forms/form";
import { InputField, SelectField, TextareaField } from "@/components/forms/form-fields";
import { SaveBar } from "@/components/forms/save-bar";
import { useZodForm } from "@/components/forms/use-zod-form";
import { Card } from "@/components/ui/card";
import { toast } from "@/components/ui/toast";
import { products } from "@/lib/api-client";
import { descriptionSchema, nameSchema, visibilitySchema, type Product } from "@/lib/api-schemas";
import { useProduct } from "../product-frame";
import { ProductHeader } from "../product-header";

const productFormSchema = z.object({
  name: nameSchema,
  description: descriptionSchema,
  visibility: visibilitySchema,
  versions: z
    .array(z.object({ api: z.string(), version: z.string() }))
    .min(1, "A product offers at least one API version."),
});

export function ProductSettings() {
  const product = useProduct();
  return (
    <>
      <ProductHeader />
      <div className="flex max-w-3xl flex-col gap-4">
        <ProductForm key={product.etag} product={product} />
        <RemoveProduct product={product} />
      </div>
    </>
  );
}

function ProductForm({ product }: { product: Product }) {
  const client = useQueryClient();
  const apis = useQuery(queries.apis({ limit: 200 }));
  const form = useZodForm(productFormSchema, {
    name: product.name,
    description: product.description,
    visibility: product.visibility,
    versions: product.versions.map(({ api, version }) => ({ api, version })),
  });
  return (
    <Card title="Product" description="Which API versions it opens changes at the gateways with the next release.">
      <Form
        form={form}
        label="Product"
        onSubmit={async (values) => {
          await products.update(product.slug, values, product.etag);
          await client.invalidateQueries({ queryKey: ["products"] });
          await client.invalidateQueries({ queryKey: ["apis"] });
          toast.success("Changes saved");
        }}
      >
        <InputField name="name" label="Name" />
        <TextareaField name="description" label="Description" isOptional rows={2} />
        <SelectField name="visibility" label="Visibility" options={VISIBILITY_OPTIONS} />
        <VersionPicker name="versions" apis={apis.data?.items} />
        <SaveBar />
      </Form>
    </Card>
  );
}

function RemoveProduct({ product }: { product: Product }) {
  const router = useRouter();
  const client = useQueryClient();
  const active = product.plans.reduce((sum, plan) => sum + (plan.subscriptions?.active ?? 0), 0);
  return (
    <DangerCard
      title="Remove product"
      text={
        active > 0
          ? `${formatPlural(active, "subscription")} in use: close them first.`
          : "With its plans. The APIs stay. Measured usage stays."
      }
      action="Remove product"
      question={`Remove ${product.name}?`}
      consequences={[
        `${formatPlural(product.plans.length, "plan")} and their limits are gone.`,
        active > 0
          ? `${formatPlural(active, "active subscription")} would stop working, so this is refused until they are closed.`
          : "Nobody has an active subscription to it.",
      ]}
      textToType={product.slug}
      onConfirm={async () => {
        await products.remove(product.slug, product.etag);
        router.replace("/console/products");
        await client.invalidateQueries({ queryKey: ["products"] });
        toast.success(`${product.name} removed`);
      }}
    />
  );
}

"use client";

import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useRouter } from "next/navigation";
import { z } from "zod";
import { paths } from "@/app/(console)/data/paths";
import { queries } from "@/app/(console)/data/queries";
import { toSlug } from "@/components/console/slug";
import { VersionPicker } from "@/components/console/version-picker";
import { VISIBILITY_OPTIONS } from "@/components/console/visibility";
import { Form } from "@/components/forms/form";
import { InputField, SelectField, TextareaField } from "@/components/forms/form-fields";
import { useZodForm } from "@/components/forms/use-zod-form";
import { Button } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { PageHeader } from "@/components/ui/page-header";
import { toast } from "@/components/ui/toast";
import { products } from "@/lib/api-client";
import { descriptionSchema, nameSchema, slugSchema, visibilitySchema } from "@/lib/api-schemas";

const newProductSchema = z.object({
  name: nameSchema,
  slug: slugSchema,
  description: descriptionSchema,
  visibility: visibilitySchema,
  versions: z
    .array(z.object({ api: z.string(), version: z.string() }))
    .min(1, "A product offers at least one API version."),
});

/** @param first the API version that the product is made for */
export function NewProduct({ first }: { first: { api: string; version: string } | undefined }) {
  const router = useRouter();
  const client = useQueryClient();
  const apis = useQuery(queries.apis({ limit: 200 }));
  const form = useZodForm(newProductSchema, {
    name: "",
    slug: "",
    description: "",
    visibility: "public",
    versions: first === undefined ? [] : [first],
  });
  void form.formState.dirtyFields;
  const followName = (name: string) => {
    if (!form.getFieldState("slug").isDirty) {
      form.setValue("slug", toSlug(name), { shouldValidate: true });
    }
  };
  return (
    <>
      <PageHeader
        title="Create product"
        crumbs={[{ href: "/console/products", label: "Products" }]}
        description="Plans are added in the next step."
      />
      <Form
        form={form}
        label="Product"
        className="max-w-3xl"
        onSubmit={async (values) => {
          const product = await products.create(values);
          await client.invalidateQueries({ queryKey: ["products"] });
          await client.invalidateQueries({ queryKey: ["apis"] });
          toast.success(`${product.name} created`, { description: "Add a plan, so that people can subscribe." });
          router.push(paths.newPlan(product.slug));
        }}
      >
        <Card>
          <div className="flex flex-col gap-3">
            <div className="grid gap-3 sm:grid-cols-2">
              <InputField
                name="name"
                label="Name"
                hint="What people subscribe to."
                onInput={(event) => followName(event.currentTarget.value)}
              />
              <InputField name="slug" label="Slug" hint="Part of its address. It stays as it is." isCode />
            </div>
            <TextareaField name="description" label="Description" isOptional rows={2} />
            <SelectField
              name="visibility"
              label="Visibility"
              options={VISIBILITY_OPTIONS}
              fieldClassName="sm:max-w-sm"
            />
            <VersionPicker name="versions" apis={apis.data?.items} />
          </div>
        </Card>
        <div className="flex justify-end">
          <Button type="submit" variant="primary" isLoading={form.formState.isSubmitting}>
            Create product
          </Button>
        </div>
      </Form>
    </>
  );
}

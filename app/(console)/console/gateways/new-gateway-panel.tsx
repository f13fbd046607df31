"use client";

import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useRouter } from "next/navigation";
import { paths } from "@/app/(console)/data/paths";
import { queries } from "@/app/(console)/data/queries";
import { toSlug } from "@/components/console/slug";
import { Form } from "@/components/forms/form";
import { InputField, SelectField } from "@/components/forms/form-fields";
import { useZodForm } from "@/components/forms/use-zod-form";
import { useEnvironment } from "@/components/shell/environment";
import { Button } from "@/components/ui/button";
import { SidePanel } from "@/components/ui/dialog";
import { toast } from "@/components/ui/toast";
import { gateways } from "@/lib/api-client";
import { createGatewaySchema } from "@/lib/api-schemas";

export function NewGatewayPanel({ isOpen, onClose }: { isOpen: boolean; onClose: () => void }) {
  return (
    <SidePanel
      isOpen={isOpen}
      onClose={onClose}
      keepOnOutsideClick
      title="Create gateway"
      description="It serves everything that is published to its environment, once a node is enrolled."
    >
      <NewGatewayForm onClose={onClose} />
    </SidePanel>
  );
}

function NewGatewayForm({ onClose }: { onClose: () => void }) {
  const router = useRouter();
  const client = useQueryClient();
  const [environment] = useEnvironment();
  const environments = useQuery(queries.environments());
  const form = useZodForm(createGatewaySchema, { slug: "", name: "", environment, publicUrl: "" });
  void form.formState.dirtyFields;
  const followName = (name: string) => {
    if (!form.getFieldState("slug").isDirty) {
      form.setValue("slug", toSlug(name), { shouldValidate: true });
    }
  };
  return (
    <Form
      form={form}
      label="Gateway"
      onSubmit={async (values) => {
        const gateway = await gateways.create(values);
        await client.invalidateQueries({ queryKey: ["gateways"] });
        await client.invalidateQueries({ queryKey: ["environments"] });
        toast.success(`Gateway ${gateway.name} created`, { description: "Enrol a node to serve its calls." });
        router.push(`${paths.gateway(gateway.slug)}?enrol=1`);
      }}
    >
      <InputField name="name" label="Name" onInput={(event) => followName(event.currentTarget.value)} />
      <InputField name="slug" label="Slug" hint="Part of its address. It stays as it is." isCode />
      <SelectField
        name="environment"
        label="Environment"
        options={(environments.data?.items ?? [{ slug: environment, name: environment }]).map(({ slug, name }) => ({
          value: slug,
          label: name,
        }))}
      />
      <InputField
        name="publicUrl"
        label="Public address"
        hint="Where callers reach it; the portal shows it."
        type="url"
        isCode
        placeholder="https://api.example.com"
      />
      <div className="flex justify-end gap-2">
        <Button onClick={onClose}>Cancel</Button>
        <Button type="submit" variant="primary" isLoading={form.formState.isSubmitting}>
          Create gateway
        </Button>
      </div>
    </Form>
  );
}

"use client";

import { useQueryClient } from "@tanstack/react-query";
import { VISIBILITY_OPTIONS } from "@/components/console/visibility";
import { Form } from "@/components/forms/form";
import { InputField, SelectField, TextareaField } from "@/components/forms/form-fields";
import { SaveBar } from "@/components/forms/save-bar";
import { useZodForm } from "@/components/forms/use-zod-form";
import { Card } from "@/components/ui/card";
import { toast } from "@/components/ui/toast";
import { apis } from "@/lib/api-client";
import { updateApiSchema, type Api } from "@/lib/api-schemas";

/** Name, description and visibility of the whole API. They take effect at once. */
export function DetailsForm({ api }: { api: Api }) {
  const client = useQueryClient();
  const form = useZodForm(updateApiSchema, {
    name: api.name,
    description: api.description,
    visibility: api.visibility,
  });
  return (
    <Card title="API" description={`Owned by ${api.team.name}. Changes show in the portal at once.`}>
      <Form
        form={form}
        label="API details"
        onSubmit={async (values) => {
          await apis.update(api.slug, values, api.etag);
          await client.invalidateQueries({ queryKey: ["apis"] });
          toast.success("Changes saved");
        }}
      >
        <InputField name="name" label="Name" />
        <TextareaField
          name="description"
          label="Description"
          hint="One or two sentences for the catalogue."
          isOptional
          rows={3}
        />
        <SelectField name="visibility" label="Visibility" options={VISIBILITY_OPTIONS} />
        <SaveBar />
      </Form>
    </Card>
  );
}

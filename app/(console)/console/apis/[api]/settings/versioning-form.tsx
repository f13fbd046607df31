"use client";

import { useQueryClient } from "@tanstack/react-query";
import { useWatch } from "react-hook-form";
import { Form } from "@/components/forms/form";
import { InputField, SelectField } from "@/components/forms/form-fields";
import { SaveBar } from "@/components/forms/save-bar";
import { useZodForm } from "@/components/forms/use-zod-form";
import { Card } from "@/components/ui/card";
import { toast } from "@/components/ui/toast";
import { apis } from "@/lib/api-client";
import type { Api } from "@/lib/api-schemas";
import { formValuesOf, versioningFormSchema } from "./versioning-form-values";

const WAYS = [
  { value: "path", label: "Base path: /orders/v1, /orders/v2" },
  { value: "header", label: "Header field: X-API-Version: v2" },
  { value: "media-type", label: "Media type: Accept: application/json;version=2" },
  { value: "query", label: "Query parameter: ?version=v2" },
];
const FORWARDS = [
  { value: "pass", label: "Goes to the upstream" },
  { value: "strip", label: "Ends at the gateway" },
];

/** How callers say which version of the API they mean. Gateways follow with the next release. */
export function VersioningForm({ api }: { api: Api }) {
  const client = useQueryClient();
  const form = useZodForm(versioningFormSchema, formValuesOf(api.versioning));
  const by = useWatch({ control: form.control, name: "by" });
  return (
    <Card
      title="Versions"
      description="How callers say which version they mean. Gateways follow with the next release."
    >
      <Form
        form={form}
        label="Versions"
        onSubmit={async (versioning) => {
          await apis.update(api.slug, { versioning }, api.etag);
          await client.invalidateQueries({ queryKey: ["apis"] });
          toast.success("Changes saved", { description: "Publish to bring them to the gateways." });
        }}
      >
        <SelectField
          name="by"
          label="Told apart by"
          options={WAYS}
          hint={by === "path" ? undefined : "Versions can then share a base path: give them one below."}
        />
        {by === "header" && <InputField name="header" label="Header field" isCode placeholder="X-API-Version" />}
        {by === "query" && <InputField name="query" label="Query parameter" isCode placeholder="version" />}
        {by === "media-type" && (
          <InputField
            name="parameter"
            label="Parameter of the media type"
            isCode
            placeholder="version"
            hint="The Accept field goes to the upstream as it is."
          />
        )}
        {(by === "header" || by === "query") && (
          <SelectField name="forward" label={by === "header" ? "The field" : "The parameter"} options={FORWARDS} />
        )}
        <SaveBar label="Save versions" />
      </Form>
    </Card>
  );
}

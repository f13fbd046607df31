"use client";

import { useQueryClient } from "@tanstack/react-query";
import { useGatewayUrl } from "@/app/(console)/data/use-gateway-url";
import { Form } from "@/components/forms/form";
import { CheckboxField, InputField, SelectField, TextareaField } from "@/components/forms/form-fields";
import { SaveBar } from "@/components/forms/save-bar";
import { useZodForm } from "@/components/forms/use-zod-form";
import { Card } from "@/components/ui/card";
import { toast } from "@/components/ui/toast";
import { apis } from "@/lib/api-client";
import type { ApiVersion, Lifecycle } from "@/lib/api-schemas";
import { ConditionsEditor } from "./conditions-editor";
import { formValuesOf, versionFormSchema } from "./version-form-values";

const LIFECYCLES: readonly { value: Lifecycle; label: string }[] = [
  { value: "active", label: "Active" },
  { value: "deprecated", label: "Deprecated: served, and marked in the portal" },
  { value: "retired", label: "Retired: left out of the next release" },
];

/** Where requests find the chosen version, and its lifecycle. Gateways follow with the next release. */
export function VersionForm({ version }: { version: ApiVersion }) {
  const client = useQueryClient();
  const gatewayUrl = useGatewayUrl();
  const form = useZodForm(versionFormSchema, formValuesOf(version));
  return (
    <Card title={`Version ${version.version}`} description="Gateways follow with the next release.">
      <Form
        form={form}
        label={`Version ${version.version}`}
        onSubmit={async (values) => {
          await apis.updateVersion(version.api, version.version, values, version.etag);
          await client.invalidateQueries({ queryKey: ["apis"] });
          toast.success("Changes saved", { description: "Publish to bring them to the gateways." });
        }}
      >
        <InputField
          name="basePath"
          label="Base path"
          isCode
          prefix={gatewayUrl}
          hint="Once published, calls to the old path are answered with 404."
        />
        <CheckboxField
          name="keepsBasePath"
          label="Keep the base path on the way to the upstream"
          hint="Otherwise the upstream gets what follows it."
        />
        <VersionFieldFields version={version} />
        <TextareaField
          name="hosts"
          label="Hosts"
          hint="Names it answers at, one a line: api.example.com, or *.example.com for all below. Empty: at every host."
          isOptional
          isCode
          rows={2}
        />
        <fieldset className="flex flex-col gap-2">
          <legend className="mb-1 text-sm font-medium">Conditions</legend>
          <p className="text-sm text-text-muted">
            What a request must carry besides, all of it. Versions with other conditions can have the same base path; of
            two that fit, the more specific one answers.
          </p>
          <ConditionsEditor />
        </fieldset>
        <SelectField name="lifecycle" label="Lifecycle" options={LIFECYCLES} />
        <SaveBar label="Save version" />
      </Form>
    </Card>
  );
}

/** Only where the API's versions are told apart by a field. */
function VersionFieldFields({ version: { version, versioning } }: { version: ApiVersion }) {
  if (versioning.by === "path") {
    return null;
  }
  const field = describeField(versioning);
  return (
    <>
      <InputField
        name="versionValues"
        label={`Values of ${field}`}
        hint={`What callers send to mean this version, with commas between. Empty: ${version}.`}
        isOptional
        isCode
        placeholder={version}
      />
      <CheckboxField
        name="isDefault"
        label="Default version"
        hint={`Answers calls without ${field}, too. Without a default they get 400 with the versions there are.`}
      />
    </>
  );
}

function describeField(versioning: Exclude<ApiVersion["versioning"], { by: "path" }>): string {
  switch (versioning.by) {
    case "header":
      return versioning.name;
    case "query":
      return `?${versioning.name}=`;
    case "media-type":
      return `the media type’s ${versioning.parameter}`;
  }
}

"use client";

import { useQueryClient } from "@tanstack/react-query";
import { useGatewayUrl } from "@/app/(console)/data/use-gateway-url";
import { Form } from "@/components/forms/form";
import { InputField, SelectField } from "@/components/forms/form-fields";
import { useZodForm } from "@/components/forms/use-zod-form";
import { Button } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { toast } from "@/components/ui/toast";
import { apis } from "@/lib/api-client";
import { updateVersionSchema, type ApiVersion, type Lifecycle } from "@/lib/api-schemas";

const LIFECYCLES: readonly { value: Lifecycle; label: string }[] = [
  { value: "active", label: "Active" },
  { value: "deprecated", label: "Deprecated: served, and marked in the portal" },
  { value: "retired", label: "Retired: left out of the next release" },
];

/** Base path and lifecycle of the chosen version. Gateways follow with the next release. */
export function VersionForm({ version }: { version: ApiVersion }) {
  const client = useQueryClient();
  const gatewayUrl = useGatewayUrl();
  const form = useZodForm(updateVersionSchema, { basePath: version.basePath, lifecycle: version.lifecycle });
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
        <SelectField name="lifecycle" label="Lifecycle" options={LIFECYCLES} />
        <div className="flex justify-end">
          <Button
            type="submit"
            variant="primary"
            disabled={!form.formState.isDirty}
            isLoading={form.formState.isSubmitting}
          >
            Save version
          </Button>
        </div>
      </Form>
    </Card>
  );
}

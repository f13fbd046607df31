"use client";

import { useQueryClient } from "@tanstack/react-query";
import { useFormContext, useWatch } from "react-hook-form";
import { TargetsEditor } from "@/components/console/targets-editor";
import { RelativeTime } from "@/components/format/relative-time";
import { Form } from "@/components/forms/form";
import { InputField } from "@/components/forms/form-fields";
import { SaveBar } from "@/components/forms/save-bar";
import { useZodForm } from "@/components/forms/use-zod-form";
import { Card } from "@/components/ui/card";
import { EmptyState } from "@/components/ui/empty-state";
import { toast } from "@/components/ui/toast";

import { apis } from "@/lib/api-client";
import { MAIN_POOL, type Upstream } from "@/lib/api-schemas";
import { useChosenApi } from "../api-context";
import { changeOf, formValuesOf, upstreamFormSchema, type UpstreamFormValues } from "./upstream-form-values";
import { UpstreamSettingsFields } from "./upstream-settings-fields";

/** Where the version's calls go. */
export function ApiUpstream() {
  const { version } = useChosenApi();
  if (version.upstream === null) {
    return (
      <Card>
        <EmptyState title="Only the API’s owners see its upstream" />
      </Card>
    );
  }
  // A newer state of the upstream is a new form: values typed against the old one would be refused anyway.
  return <UpstreamForm key={version.upstream.etag} upstream={version.upstream} />;
}

function UpstreamForm({ upstream }: { upstream: Upstream }) {
  const { api, version } = useChosenApi();
  const client = useQueryClient();
  const form = useZodForm(upstreamFormSchema, formValuesOf(upstream));
  return (
    <Form
      form={form}
      label="Upstream"
      className="max-w-4xl"
      onSubmit={async (values) => {
        await apis.updateUpstream(api.slug, version.version, changeOf(values), upstream.etag);
        await client.invalidateQueries({ queryKey: ["apis", api.slug] });
        toast.success("Upstream saved", { description: "Gateways use it from the next release on." });
      }}
    >
      <Card
        title="Targets"
        description="Calls go to the targets in turn, as often as their weights say. Weight 0 takes one out without removing it."
      >
        <PooledTargets hasPools={upstream.targets.some(({ pool }) => pool !== MAIN_POOL)} />
      </Card>
      <Card title="Timeouts" description="After them the gateway answers 504, metered as an upstream error.">
        <div className="grid gap-3 sm:grid-cols-3">
          <InputField name="connectTimeoutMs" label="To connect" isNumber suffix="ms" />
          <InputField
            name="sendTimeoutMs"
            label="While sending"
            isNumber
            suffix="ms"
            hint="Longest pause between two writes."
          />
          <InputField
            name="readTimeoutMs"
            label="While receiving"
            isNumber
            suffix="ms"
            hint="Longest pause between two reads."
          />
        </div>
      </Card>
      <UpstreamSettingsFields upstream={upstream} />
      <SaveBar
        label="Save upstream"
        withDiscard
        note={
          <>
            Changed <RelativeTime time={upstream.updatedAt} />.
          </>
        }
      />
    </Form>
  );
}

/** Pools are asked for when there are some, or something needs one. */
function PooledTargets({ hasPools }: { hasPools: boolean }) {
  const { control } = useFormContext<UpstreamFormValues>();
  const uses = useWatch({ control, name: "uses" });
  const rules = useWatch({ control, name: "split.rules" });
  return <TargetsEditor name="targets" withPools={hasPools || uses.mirror || uses.canary || rules.length > 0} />;
}

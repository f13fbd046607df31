"use client";

import { useQueryClient } from "@tanstack/react-query";
import { useRouter } from "next/navigation";
import { DangerCard } from "@/components/ui/danger-card";
import { formatPlural } from "@/components/format/format-number";
import { Form } from "@/components/forms/form";
import { InputField } from "@/components/forms/form-fields";
import { SaveBar } from "@/components/forms/save-bar";
import { useZodForm } from "@/components/forms/use-zod-form";
import { Card } from "@/components/ui/card";
import { toast } from "@/components/ui/toast";
import { gateways } from "@/lib/api-client";
import { updateGatewaySchema, type Gateway } from "@/lib/api-schemas";

/** Name and public address, and the gateway's end. */
export function GatewaySettings({ gateway }: { gateway: Gateway }) {
  const client = useQueryClient();
  const form = useZodForm(updateGatewaySchema, { name: gateway.name, publicUrl: gateway.publicUrl });
  return (
    <>
      <Card title="Settings" description="The public address is what the portal shows; nodes do not use it.">
        <Form
          form={form}
          label="Gateway"
          onSubmit={async (values) => {
            await gateways.update(gateway.slug, values, gateway.etag);
            await client.invalidateQueries({ queryKey: ["gateways"] });
            await client.invalidateQueries({ queryKey: ["environments"] });
            toast.success("Changes saved");
          }}
        >
          <div className="grid gap-3 sm:grid-cols-2">
            <InputField name="name" label="Name" />
            <InputField name="publicUrl" label="Public address" type="url" isCode />
          </div>
          <SaveBar />
        </Form>
      </Card>
      <RemoveGateway gateway={gateway} />
    </>
  );
}

function RemoveGateway({ gateway }: { gateway: Gateway }) {
  const router = useRouter();
  const client = useQueryClient();
  const nodes = gateway.nodes.filter((node) => node.state !== "retired").length;
  return (
    <DangerCard
      title="Remove gateway"
      text={nodes > 0 ? `Remove its ${formatPlural(nodes, "node")} first.` : "No node serves it."}
      action="Remove gateway"
      question={`Remove the gateway ${gateway.name}?`}
      consequences={[
        `Its enrolment tokens stop working, and the portal no longer shows ${gateway.publicUrl}.`,
        nodes > 0
          ? `This is refused until its ${formatPlural(nodes, "node")} ${nodes === 1 ? "is" : "are"} removed.`
          : "No node serves it, so no call fails.",
      ]}
      textToType={gateway.slug}
      onConfirm={async () => {
        await gateways.remove(gateway.slug, gateway.etag);
        router.replace("/console/gateways");
        await client.invalidateQueries({ queryKey: ["gateways"] });
        toast.success(`Gateway ${gateway.name} removed`);
      }}
    />
  );
}

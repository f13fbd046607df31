"use client";

import { useQuery, useQueryClient } from "@tanstack/react-query";
import { CircleCheck, LoaderCircle } from "lucide-react";
import { useState } from "react";
import { LIVE_MS, queries } from "@/app/(console)/data/queries";
import { Form } from "@/components/forms/form";
import { InputField, SelectField } from "@/components/forms/form-fields";
import { useZodForm } from "@/components/forms/use-zod-form";
import { Button } from "@/components/ui/button";
import { CodeBlock } from "@/components/ui/code-block";
import { SidePanel } from "@/components/ui/dialog";
import { gateways } from "@/lib/api-client";
import { nameSchema, type CreatedEnrolmentToken, type Gateway } from "@/lib/api-schemas";
import { z } from "zod";

export interface EnrolPanelProps {
  gateway: Gateway;
  isOpen: boolean;
  onClose: () => void;
}

/** A token, the command to run with it, and a light that turns green when the node has come. */
export function EnrolPanel({ gateway, isOpen, onClose }: EnrolPanelProps) {
  return (
    <SidePanel
      isOpen={isOpen}
      onClose={onClose}
      width="large"
      keepOnOutsideClick
      title="Enrol a node"
      description={`A machine with Node and a clone of Gatehouse becomes a node of ${gateway.name}.`}
    >
      <EnrolBody gateway={gateway} onClose={onClose} />
    </SidePanel>
  );
}

function EnrolBody({ gateway, onClose }: Omit<EnrolPanelProps, "isOpen">) {
  const [token, setToken] = useState<CreatedEnrolmentToken>();
  return token === undefined ? (
    <TokenForm gateway={gateway} onCreated={setToken} />
  ) : (
    <Instructions gateway={gateway} token={token} onClose={onClose} />
  );
}

const tokenFormSchema = z.object({
  name: nameSchema.or(z.literal("")),
  uses: z.enum(["1", "10", "any"]),
  lifetime: z.enum(["1", "24", "168"]),
});

const USES = [
  { value: "1", label: "One node" },
  { value: "10", label: "Up to ten nodes" },
  { value: "any", label: "Any number, for machines that come and go" },
];

const LIFETIMES = [
  { value: "1", label: "One hour" },
  { value: "24", label: "One day" },
  { value: "168", label: "One week" },
];

function TokenForm({ gateway, onCreated }: { gateway: Gateway; onCreated: (token: CreatedEnrolmentToken) => void }) {
  const client = useQueryClient();
  const form = useZodForm(tokenFormSchema, { name: "", uses: "1", lifetime: "24" });
  return (
    <Form
      form={form}
      label="Enrolment token"
      onSubmit={async ({ name, uses, lifetime }) => {
        const created = await gateways.createEnrolmentToken(gateway.slug, {
          ...(name === "" ? {} : { name }),
          maxUses: uses === "any" ? null : Number(uses),
          expiresAt: new Date(Date.now() + Number(lifetime) * 3_600_000).toISOString(),
        });
        await client.invalidateQueries({ queryKey: ["gateways", gateway.slug] });
        onCreated(created);
      }}
    >
      <InputField name="name" label="Name" hint="To tell tokens apart." isOptional placeholder="Rack 4" />
      <div className="grid gap-3 sm:grid-cols-2">
        <SelectField name="uses" label="Enrols" options={USES} />
        <SelectField name="lifetime" label="Works for" options={LIFETIMES} hint="Nodes that it enrolled stay." />
      </div>
      <div className="flex justify-end">
        <Button type="submit" variant="primary" isLoading={form.formState.isSubmitting}>
          Create enrolment token
        </Button>
      </div>
    </Form>
  );
}

interface InstructionsProps {
  gateway: Gateway;
  token: CreatedEnrolmentToken;
  onClose: () => void;
}

function Instructions({ gateway, token, onClose }: InstructionsProps) {
  const portal = useQuery(queries.portal());
  const live = useQuery({ ...queries.gateway(gateway.slug), refetchInterval: LIVE_MS });
  const [known] = useState(() => new Set(gateway.nodes.map((node) => node.id)));
  const arrived = (live.data?.nodes ?? []).filter((node) => !known.has(node.id));
  const command = [
    `GATEHOUSE_CONTROL_PLANE_URL=${portal.data?.portalUrl ?? ""}`,
    `GATEHOUSE_ENROL_TOKEN=${token.token}`,
    "npm run gateway",
  ].join(" \\\n  ");
  return (
    <div className="flex flex-col gap-4">
      <p className="text-sm">
        Run this in a clone of Gatehouse on the machine. The token is shown this once and works{" "}
        {token.maxUses === null ? "any number of times" : token.maxUses === 1 ? "once" : `${token.maxUses} times`}.
      </p>
      <CodeBlock title="Command" code={command} wrap />
      <CodeBlock title="Token" code={token.token} wrap />
      <p role="status" className="flex items-center gap-2 rounded-md border p-3 text-sm">
        {arrived.length === 0 ? (
          <>
            <LoaderCircle className="size-4 animate-spin text-text-faint" aria-hidden="true" />
            Waiting for the node’s first heartbeat …
          </>
        ) : (
          <>
            <CircleCheck className="size-4 text-ok" aria-hidden="true" />
            {arrived.map((node) => node.name).join(", ")} {arrived.length === 1 ? "has" : "have"} enrolled.
          </>
        )}
      </p>
      <p className="text-sm text-text-muted">
        The machine must reach the address above. Its ports and data directory are set with GATEHOUSE_GATEWAY_PORT,
        GATEHOUSE_GATEWAY_HOST and GATEHOUSE_DATA_DIR.
      </p>
      <div className="flex justify-end">
        <Button variant={arrived.length === 0 ? "secondary" : "primary"} onClick={onClose}>
          Done
        </Button>
      </div>
    </div>
  );
}

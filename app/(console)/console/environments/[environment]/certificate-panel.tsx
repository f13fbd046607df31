"use client";

import { useQueryClient } from "@tanstack/react-query";
import type { z } from "zod";
import { queries } from "@/app/(console)/data/queries";
import { Form } from "@/components/forms/form";
import { InputField, SelectField, TextareaField } from "@/components/forms/form-fields";
import { useZodForm } from "@/components/forms/use-zod-form";
import { Button } from "@/components/ui/button";
import { SidePanel } from "@/components/ui/dialog";
import { toast } from "@/components/ui/toast";
import { certificates } from "@/lib/api-client";
import { putCertificateSchema, slugSchema, type Certificate } from "@/lib/api-schemas";

const formSchema = putCertificateSchema.extend({ name: slugSchema });

export interface CertificatePanelProps {
  environment: string;
  /** Undefined: a new one. */
  replaced: Certificate | undefined;
  isOpen: boolean;
  onClose: () => void;
}

/** Takes a certificate and its key in. The key never comes out again. */
export function CertificatePanel({ environment, replaced, isOpen, onClose }: CertificatePanelProps) {
  return (
    <SidePanel
      isOpen={isOpen}
      onClose={onClose}
      keepOnOutsideClick
      title={replaced === undefined ? "Add certificate" : `Replace ${replaced.name}`}
      description="In force on every node at once. Open connections go on."
    >
      <CertificateForm environment={environment} replaced={replaced} onClose={onClose} />
    </SidePanel>
  );
}

function CertificateForm({ environment, replaced, onClose }: Omit<CertificatePanelProps, "isOpen">) {
  const client = useQueryClient();
  const form = useZodForm<z.input<typeof formSchema>, z.output<typeof formSchema>>(formSchema, {
    name: replaced?.name ?? "",
    use: replaced?.use ?? "server",
    chain: "",
    privateKey: "",
  });
  return (
    <Form
      form={form}
      label="Certificate"
      onSubmit={async ({ name, ...input }) => {
        const stored = await certificates.put(environment, name, input, replaced?.etag);
        await client.invalidateQueries(queries.certificates(environment));
        toast.success(`Certificate ${stored.name} is in force`, { description: stored.serverNames.join(", ") });
        onClose();
      }}
    >
      <InputField name="name" label="Name" hint="For you. Callers do not see it." readOnly={replaced !== undefined} />
      <SelectField
        name="use"
        label="Use"
        options={[
          { value: "server", label: "Shown to callers over TLS" },
          { value: "client", label: "Presented to upstreams that name it" },
        ]}
      />
      <TextareaField
        name="chain"
        label="Certificate"
        hint="PEM: its own first, then those in between. The root is not needed."
        rows={8}
        isCode
        spellCheck={false}
        placeholder="-----BEGIN CERTIFICATE-----"
      />
      <TextareaField
        name="privateKey"
        label="Private key"
        hint="PEM, without a passphrase. It is stored encrypted and never shown again."
        rows={6}
        isCode
        spellCheck={false}
        autoComplete="off"
        placeholder="-----BEGIN PRIVATE KEY-----"
      />
      <div className="flex justify-end gap-2">
        <Button onClick={onClose}>Cancel</Button>
        <Button type="submit" variant="primary" isLoading={form.formState.isSubmitting}>
          {replaced === undefined ? "Add certificate" : "Replace certificate"}
        </Button>
      </div>
    </Form>
  );
}

"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { z } from "zod";
import { Form } from "@/components/forms/form";
import { InputField, SelectField } from "@/components/forms/form-fields";
import { useZodForm } from "@/components/forms/use-zod-form";
import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import { applications } from "@/lib/api-client";
import { keyKinds, type CreatedKey as CreatedKeyAnswer, type CreateKey } from "@/lib/api-schemas/applications";
import { CreatedKey } from "./created-key";
import { CreatedSigningSecret } from "./created-signing-secret";
import { expiryOf } from "./expiry-of";
import { rememberKey } from "./session-key";
import { useKeyReach } from "./use-key-reach";

export interface CreateKeyDialogProps {
  isOpen: boolean;
  onClose: () => void;
  application: { readonly id: string; readonly name: string };
}

const schema = z.object({
  name: z.string().trim().max(100, "Keep it to 100 characters."),
  kind: z.enum(keyKinds),
  lifetimeDays: z.enum(["", "30", "90", "365"]),
});

const KINDS = [
  { value: "key", label: "A key, sent with each call" },
  { value: "signing", label: "A secret to sign calls with" },
];

const LIFETIMES = [
  { value: "", label: "Until it is revoked" },
  { value: "30", label: "30 days" },
  { value: "90", label: "90 days" },
  { value: "365", label: "1 year" },
];

const FORM_ID = "create-key";

/** Creates a key and shows it, once, in the same dialog. */
export function CreateKeyDialog({ isOpen, onClose, application }: CreateKeyDialogProps) {
  const [created, setCreated] = useState<CreatedKeyAnswer>();
  const createKey = useCreateKey(application.id);
  const close = () => {
    onClose();
    // After the closing animation would be nicer, but a key must not stay in memory for that.
    setCreated(undefined);
  };
  return (
    <Dialog
      isOpen={isOpen}
      onClose={close}
      width={created === undefined ? "medium" : "large"}
      keepOnOutsideClick={created !== undefined}
      title={
        created === undefined ? "Create key" : created.kind === "signing" ? "Your new signing secret" : "Your new key"
      }
      description={created === undefined ? `For ${application.name}.` : undefined}
      footer={
        created === undefined ? (
          <>
            <Button onClick={close}>Cancel</Button>
            <Button type="submit" form={FORM_ID} variant="primary" isLoading={createKey.isPending}>
              Create key
            </Button>
          </>
        ) : (
          <Button variant="primary" onClick={close}>
            I have copied it
          </Button>
        )
      }
    >
      {created === undefined ? (
        <KeyForm
          onSubmit={async (values) => {
            const answer = await createKey.mutateAsync({
              ...(values.name === "" ? {} : { name: values.name }),
              kind: values.kind,
              expiresAt: expiryOf(values.lifetimeDays),
            });
            setCreated(answer);
          }}
        />
      ) : (
        <CreatedKeyWithReach created={created} applicationId={application.id} />
      )}
    </Dialog>
  );
}

function KeyForm({ onSubmit }: { onSubmit: (values: z.output<typeof schema>) => Promise<void> }) {
  const form = useZodForm(schema, { name: "", kind: "key", lifetimeDays: "" });
  return (
    <Form id={FORM_ID} form={form} onSubmit={onSubmit}>
      <InputField
        name="name"
        label="Name"
        isOptional
        placeholder="production"
        hint="Tells your keys apart; the key itself is never shown again."
        autoComplete="off"
      />
      <SelectField
        name="kind"
        label="What to create"
        options={KINDS}
        hint="Only APIs that take signed requests (RFC 9421) know a signing secret; all others want a key."
      />
      <SelectField name="lifetimeDays" label="Works" options={LIFETIMES} />
    </Form>
  );
}

function CreatedKeyWithReach({ created, applicationId }: { created: CreatedKeyAnswer; applicationId: string }) {
  const reach = useKeyReach(applicationId, created.key);
  if (created.kind === "signing") {
    return <CreatedSigningSecret created={created} reach={reach} />;
  }
  return <CreatedKey secret={created.key} expiresAt={created.expiresAt} reach={reach.words} curl={reach.curl} />;
}

/** Creates a key, keeps it for trying things out in this tab, and refreshes the lists. */
export function useCreateKey(applicationId: string) {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (body: CreateKey) => applications.createKey(applicationId, body),
    onSuccess: (answer) => {
      if (answer.kind === "key") {
        rememberKey({ key: answer.key, application: applicationId });
      }
      return queryClient.invalidateQueries({ queryKey: ["applications"] });
    },
  });
}

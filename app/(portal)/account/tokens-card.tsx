"use client";

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { KeySquare, Plus } from "lucide-react";
import { useState } from "react";
import { z } from "zod";
import { Form } from "@/components/forms/form";
import { InputField, SelectField } from "@/components/forms/form-fields";
import { useZodForm } from "@/components/forms/use-zod-form";
import { RelativeTime } from "@/components/format/relative-time";
import { Button } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { CodeBlock } from "@/components/ui/code-block";
import { ConfirmDialog } from "@/components/ui/confirm-dialog";
import { DataTable } from "@/components/ui/data-table";
import { Dialog } from "@/components/ui/dialog";
import { EmptyState } from "@/components/ui/empty-state";
import { SecretOnce } from "@/components/ui/secret-once";
import { toast } from "@/components/ui/toast";
import { me } from "@/lib/api-client";
import { createTokenSchema, type CreatedToken, type Token } from "@/lib/api-schemas/people";
import { expiryOf } from "../_parts/expiry-of";

/** Personal access tokens: what programs use to act for this person at the management API. */
export function TokensCard() {
  const list = useQuery({ queryKey: ["me", "tokens"], queryFn: () => me.listTokens() });
  const [isCreating, setIsCreating] = useState(false);
  const [removing, setRemoving] = useState<Token>();
  const createButton = (
    <Button onClick={() => setIsCreating(true)}>
      <Plus aria-hidden="true" />
      Create token
    </Button>
  );
  return (
    <Card
      title="Personal access tokens"
      description="For scripts that act as you at the management API. They are not API keys."
      isFlush
      actions={list.data?.items.length === 0 ? undefined : createButton}
    >
      <DataTable
        label="Personal access tokens"
        rows={list.data?.items}
        error={list.error}
        onRetry={() => void list.refetch()}
        rowKey={(token) => token.id}
        skeletonRows={2}
        empty={
          <EmptyState icon={KeySquare} title="No token yet" className="py-8" action={createButton}>
            Send one as Authorization: Bearer with calls of /api/v1.
          </EmptyState>
        }
        columns={[
          {
            id: "name",
            header: "Token",
            cell: (token) => (
              <div className="py-1">
                <p className="font-medium">{token.name}</p>
                <code className="font-mono text-xs text-text-muted">{token.prefix}…</code>
              </div>
            ),
          },
          {
            id: "expires",
            header: "Expires",
            showFrom: "sm",
            cell: (token) =>
              token.expiresAt === null ? (
                <span className="text-text-muted">never</span>
              ) : (
                <RelativeTime time={token.expiresAt} className="text-text-muted" />
              ),
          },
          {
            id: "used",
            header: "Last used",
            align: "right",
            showFrom: "sm",
            cell: (token) =>
              token.lastUsedAt === null ? (
                <span className="text-text-faint">never</span>
              ) : (
                <RelativeTime time={token.lastUsedAt} className="text-text-muted" />
              ),
          },
          {
            id: "actions",
            header: "Actions",
            hideHeader: true,
            align: "right",
            cell: (token) => (
              <Button
                size="small"
                variant="dangerGhost"
                aria-label={`Remove token ${token.name}`}
                onClick={() => setRemoving(token)}
              >
                Remove
              </Button>
            ),
          },
        ]}
      />
      <CreateTokenDialog isOpen={isCreating} onClose={() => setIsCreating(false)} />
      <RemoveTokenDialog token={removing} onClose={() => setRemoving(undefined)} />
    </Card>
  );
}

const schema = createTokenSchema.pick({ name: true }).extend({ lifetimeDays: z.enum(["", "7", "30", "90", "365"]) });

const LIFETIMES = [
  { value: "7", label: "7 days" },
  { value: "30", label: "30 days" },
  { value: "90", label: "90 days" },
  { value: "365", label: "1 year" },
  { value: "", label: "Until it is removed" },
];

const FORM_ID = "create-token";

function CreateTokenDialog({ isOpen, onClose }: { isOpen: boolean; onClose: () => void }) {
  const [created, setCreated] = useState<CreatedToken>();
  const queryClient = useQueryClient();
  const create = useMutation({
    mutationFn: me.createToken,
    onSuccess: () => queryClient.invalidateQueries({ queryKey: ["me", "tokens"] }),
  });
  const close = () => {
    onClose();
    setCreated(undefined);
  };
  return (
    <Dialog
      isOpen={isOpen}
      onClose={close}
      keepOnOutsideClick={created !== undefined}
      title={created === undefined ? "Create token" : "Your new token"}
      footer={
        created === undefined ? (
          <>
            <Button onClick={close}>Cancel</Button>
            <Button type="submit" form={FORM_ID} variant="primary" isLoading={create.isPending}>
              Create token
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
        <TokenForm
          onSubmit={async (values) => {
            const expiresAt = expiryOf(values.lifetimeDays);
            setCreated(await create.mutateAsync({ name: values.name, expiresAt }));
          }}
        />
      ) : (
        <ShownToken token={created.token} />
      )}
    </Dialog>
  );
}

function TokenForm({ onSubmit }: { onSubmit: (values: z.output<typeof schema>) => Promise<void> }) {
  const form = useZodForm(schema, { name: "", lifetimeDays: "30" });
  return (
    <Form id={FORM_ID} form={form} onSubmit={onSubmit}>
      <InputField name="name" label="Name" placeholder="Deployment script" autoComplete="off" />
      <SelectField name="lifetimeDays" label="Works" options={LIFETIMES} />
    </Form>
  );
}

function ShownToken({ token }: { token: string }) {
  return (
    <div className="flex flex-col gap-4">
      <SecretOnce label="Personal access token" copyLabel="Copy token" secret={token} />
      <CodeBlock
        title="Who am I"
        wrap
        code={`curl -H "Authorization: Bearer ${token}" "${window.location.origin}/api/v1/me"`}
      />
    </div>
  );
}

function RemoveTokenDialog({ token, onClose }: { token: Token | undefined; onClose: () => void }) {
  const queryClient = useQueryClient();
  if (token === undefined) {
    return null;
  }
  return (
    <ConfirmDialog
      isOpen
      onClose={onClose}
      title={`Remove the token “${token.name}”?`}
      consequences={["Every script that sends it is refused from the next call on.", "It cannot be brought back."]}
      confirmLabel="Remove token"
      cancelLabel="Keep it"
      onConfirm={async () => {
        await me.removeToken(token.id);
        await queryClient.invalidateQueries({ queryKey: ["me", "tokens"] });
        toast.success("Token removed", { description: token.name });
      }}
    />
  );
}

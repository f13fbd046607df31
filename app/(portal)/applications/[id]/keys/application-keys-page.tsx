"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { KeyRound, Plus } from "lucide-react";
import { useState } from "react";
import { RelativeTime } from "@/components/format/relative-time";
import { StatusBadge } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { ConfirmDialog } from "@/components/ui/confirm-dialog";
import { DataTable, type Column } from "@/components/ui/data-table";
import { EmptyState } from "@/components/ui/empty-state";
import { toast } from "@/components/ui/toast";
import { applications } from "@/lib/api-client";
import type { Key } from "@/lib/api-schemas/applications";
import { CreateKeyDialog } from "../../../_parts/create-key-dialog";
import { useKeys, useSubscriptions } from "../../../_parts/queries";
import { useSessionKey } from "../../../_parts/session-key";
import { useShownApplication } from "../application-frame";

/** The keys of the application: never the keys themselves, which are seen once, when created. */
export function ApplicationKeysPage() {
  const application = useShownApplication();
  const list = useKeys(application.id);
  const [isCreating, setIsCreating] = useState(false);
  const [revoking, setRevoking] = useState<Key>();
  const createButton = (
    <Button variant="primary" onClick={() => setIsCreating(true)}>
      <Plus aria-hidden="true" />
      Create key
    </Button>
  );
  return (
    <>
      <Card
        title="Keys"
        description="Every key opens everything the application is subscribed to."
        isFlush
        actions={list.data?.items.length === 0 ? undefined : createButton}
      >
        <DataTable
          label="Keys"
          rows={list.data?.items}
          error={list.error}
          onRetry={() => void list.refetch()}
          rowKey={(key) => key.id}
          columns={columns(setRevoking)}
          empty={
            <EmptyState icon={KeyRound} title="No key yet" action={createButton}>
              A program sends its key with every call. It is shown once and stored only as a hash.
            </EmptyState>
          }
        />
      </Card>
      <CreateKeyDialog isOpen={isCreating} onClose={() => setIsCreating(false)} application={application} />
      <RevokeDialog revoked={revoking} keys={list.data?.items ?? []} onClose={() => setRevoking(undefined)} />
    </>
  );
}

function columns(onRevoke: (key: Key) => void): readonly Column<Key>[] {
  return [
    {
      id: "name",
      header: "Key",
      sortValue: (key) => key.name,
      cell: (key) => (
        <div className="py-1">
          <p className="font-medium">{key.name === "" ? "Unnamed" : key.name}</p>
          <code className="font-mono text-xs text-text-muted">{key.prefix}…</code>
          {key.kind === "signing" && (
            <p className="text-xs text-text-muted">
              signs calls as <code className="font-mono break-all select-all">{key.id}</code>
            </p>
          )}
          <p className="mt-1 flex flex-wrap items-center gap-x-2 gap-y-1 text-xs sm:hidden">
            <KeyBadge state={key.state} />
            {key.state === "active" && key.expiresAt !== null && <KeyEnd apiKey={key} />}
          </p>
        </div>
      ),
    },
    {
      id: "state",
      header: "State",
      showFrom: "sm",
      sortValue: (key) => key.state,
      cell: (key) => <KeyBadge state={key.state} />,
    },
    {
      id: "expires",
      header: "Expires",
      showFrom: "sm",
      sortValue: (key) => key.expiresAt,
      cell: (key) => <KeyEnd apiKey={key} />,
    },
    {
      id: "created",
      header: "Created",
      align: "right",
      showFrom: "sm",
      sortValue: (key) => key.createdAt,
      cell: (key) => <RelativeTime time={key.createdAt} className="text-text-muted" />,
    },
    {
      id: "actions",
      header: "Actions",
      hideHeader: true,
      align: "right",
      cell: (key) =>
        key.state === "active" && (
          <Button
            size="small"
            variant="dangerGhost"
            aria-label={`Revoke key ${key.name === "" ? key.prefix : key.name}`}
            onClick={() => onRevoke(key)}
          >
            Revoke
          </Button>
        ),
    },
  ];
}

function KeyBadge({ state }: { state: Key["state"] }) {
  switch (state) {
    case "active":
      return <StatusBadge tone="ok">Works</StatusBadge>;
    case "expired":
      return <StatusBadge tone="off">Expired</StatusBadge>;
    case "revoked":
      return <StatusBadge tone="off">Revoked</StatusBadge>;
  }
}

function KeyEnd({ apiKey }: { apiKey: Key }) {
  if (apiKey.revokedAt !== null) {
    return (
      <span className="text-text-muted">
        revoked <RelativeTime time={apiKey.revokedAt} />
      </span>
    );
  }
  return apiKey.expiresAt === null ? (
    <span className="text-text-muted">never</span>
  ) : (
    <RelativeTime time={apiKey.expiresAt} className="text-text-muted" />
  );
}

interface RevokeDialogProps {
  revoked: Key | undefined;
  keys: readonly Key[];
  onClose: () => void;
}

function RevokeDialog({ revoked, keys, onClose }: RevokeDialogProps) {
  const application = useShownApplication();
  const queryClient = useQueryClient();
  const [sessionKey, setSessionKey] = useSessionKey();
  const subscriptions = useSubscriptions(application.id);
  const revoke = useMutation({
    mutationFn: (id: string) => applications.revokeKey(application.id, id),
    onSuccess: () => {
      // "Try it out" must not go on with a key that is refused.
      if (revoked !== undefined && sessionKey?.key.startsWith(revoked.prefix) === true) {
        setSessionKey(null);
      }
      return queryClient.invalidateQueries({ queryKey: ["applications"] });
    },
  });
  if (revoked === undefined) {
    return null;
  }
  const name = revoked.name === "" ? `${revoked.prefix}…` : revoked.name;
  const reach = (subscriptions.data?.items ?? [])
    .filter((subscription) => subscription.state === "active")
    .flatMap((subscription) => subscription.apis.map((api) => `${api.apiName} ${api.version}`));
  const others = keys.filter((key) => key.state === "active" && key.id !== revoked.id).length;
  return (
    <ConfirmDialog
      isOpen
      onClose={onClose}
      title={`Revoke the key “${name}”?`}
      consequences={[
        <>
          Every program that {revoked.kind === "signing" ? "signs with" : "sends"}{" "}
          <code className="font-mono">{revoked.prefix}…</code> is refused within a second
          {reach.length > 0 && <> when it calls {[...new Set(reach)].join(", ")}</>}.
        </>,
        "A revoked key cannot be brought back.",
        ...(others === 0
          ? [`It is the last working key: ${application.name} can call nothing until it has a new one.`]
          : []),
      ]}
      confirmLabel="Revoke key"
      cancelLabel="Keep it"
      onConfirm={async () => {
        await revoke.mutateAsync(revoked.id);
        toast.success("Key revoked", { description: `${name} is refused from now on.` });
      }}
    >
      {others > 0 && `Its ${others === 1 ? "other key goes" : `${others} other keys go`} on working.`}
    </ConfirmDialog>
  );
}

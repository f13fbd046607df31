"use client";

import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import { queries } from "@/app/(console)/data/queries";
import { RelativeTime } from "@/components/format/relative-time";
import { StatusBadge } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { ConfirmDialog } from "@/components/ui/confirm-dialog";
import { DataTable, type Column } from "@/components/ui/data-table";
import { EmptyState } from "@/components/ui/empty-state";
import { toast } from "@/components/ui/toast";
import { gateways } from "@/lib/api-client";
import type { EnrolmentToken } from "@/lib/api-schemas";

/** The tokens that nodes enrol with. */
export function EnrolmentTokens({ gateway }: { gateway: string }) {
  const client = useQueryClient();
  const tokens = useQuery(queries.enrolmentTokens(gateway));
  const [revoking, setRevoking] = useState<EnrolmentToken>();
  const columns = useMemo(() => makeColumns(setRevoking), []);
  return (
    <Card title="Enrolment tokens" isFlush>
      <DataTable
        label="Enrolment tokens"
        columns={columns}
        rows={tokens.data?.items}
        rowKey={(token) => token.id}
        error={tokens.error}
        onRetry={() => void tokens.refetch()}
        skeletonRows={2}
        empty={<EmptyState title="No enrolment token" className="py-8" />}
      />
      <ConfirmDialog
        isOpen={revoking !== undefined}
        onClose={() => setRevoking(undefined)}
        title="Revoke the enrolment token?"
        consequences={["No node can enrol with it any more.", "Nodes that it enrolled go on."]}
        confirmLabel="Revoke token"
        onConfirm={async () => {
          await gateways.revokeEnrolmentToken(gateway, revoking?.id ?? "");
          await client.invalidateQueries({ queryKey: ["gateways", gateway, "enrolment-tokens"] });
          toast.success("Enrolment token revoked");
        }}
      />
    </Card>
  );
}

function makeColumns(onRevoke: (token: EnrolmentToken) => void): readonly Column<EnrolmentToken>[] {
  return [
    {
      id: "name",
      header: "Name",
      cell: (token) => (token.name === "" ? <span className="font-mono text-xs">{token.id}</span> : token.name),
    },
    { id: "state", header: "State", cell: (token) => <TokenState token={token} /> },
    {
      id: "uses",
      header: "Uses",
      align: "right",
      cell: (token) => (token.maxUses === null ? String(token.uses) : `${token.uses} of ${token.maxUses}`),
    },
    {
      id: "expires",
      header: "Expires",
      showFrom: "sm",
      cell: (token) =>
        token.expiresAt === null ? "Never" : <RelativeTime time={token.expiresAt} className="text-text-muted" />,
    },
    {
      id: "created",
      header: "Created",
      showFrom: "md",
      cell: (token) => <RelativeTime time={token.createdAt} className="text-text-muted" />,
    },
    {
      id: "actions",
      header: "Actions",
      hideHeader: true,
      align: "right",
      cell: (token) =>
        stateOf(token) === "Works" && (
          <Button
            size="small"
            variant="dangerGhost"
            aria-label={`Revoke ${token.name === "" ? token.id : token.name}`}
            onClick={() => onRevoke(token)}
          >
            Revoke
          </Button>
        ),
    },
  ];
}

function stateOf(token: EnrolmentToken): "Works" | "Revoked" | "Expired" | "Used up" {
  if (token.revokedAt !== null) {
    return "Revoked";
  }
  if (token.expiresAt !== null && Date.parse(token.expiresAt) <= Date.now()) {
    return "Expired";
  }
  return token.maxUses !== null && token.uses >= token.maxUses ? "Used up" : "Works";
}

function TokenState({ token }: { token: EnrolmentToken }) {
  const state = stateOf(token);
  return <StatusBadge tone={state === "Works" ? "ok" : "off"}>{state}</StatusBadge>;
}

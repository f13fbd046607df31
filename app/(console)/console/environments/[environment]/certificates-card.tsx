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
import { certificates } from "@/lib/api-client";
import type { Certificate } from "@/lib/api-schemas";
import { CertificatePanel } from "./certificate-panel";

const DAY_MS = 86_400_000;
/** Most are renewed a month before they end. */
const SOON_MS = 30 * DAY_MS;

/** What gateways of the environment show over TLS, and when it ends. */
export function CertificatesCard({ environment, canEdit }: { environment: string; canEdit: boolean }) {
  const client = useQueryClient();
  const saved = useQuery(queries.certificates(environment));
  const [removing, setRemoving] = useState<Certificate>();
  /** Undefined: closed; "new": an empty panel. */
  const [editing, setEditing] = useState<Certificate | "new">();
  const columns = useMemo(() => makeColumns(canEdit, setEditing, setRemoving), [canEdit]);
  return (
    <Card
      title="Certificates"
      description="Shown to callers by name on nodes with a port for TLS, or presented to upstreams. Changes are in force at once, without a release."
      actions={canEdit && <Button onClick={() => setEditing("new")}>Add certificate</Button>}
      isFlush
    >
      <DataTable
        label="Certificates"
        columns={columns}
        rows={saved.data?.items}
        rowKey={({ name }) => name}
        error={saved.error}
        onRetry={() => void saved.refetch()}
        skeletonRows={1}
        empty={
          <EmptyState title="No certificate" className="py-8">
            Nodes with a port for TLS show a self-signed one of their own.
          </EmptyState>
        }
      />
      <CertificatePanel
        key={editing === "new" ? "new" : editing?.etag}
        environment={environment}
        replaced={editing === "new" ? undefined : editing}
        isOpen={editing !== undefined}
        onClose={() => setEditing(undefined)}
      />
      <ConfirmDialog
        isOpen={removing !== undefined}
        onClose={() => setRemoving(undefined)}
        title={`Remove the certificate “${removing?.name}”?`}
        consequences={[
          removing?.use === "client"
            ? "Calls to API versions whose upstream names it are refused with 502 from now on."
            : `Clients of ${removing?.serverNames.join(", ")} are shown a self-signed certificate from now on, and refuse it.`,
        ]}
        confirmLabel="Remove certificate"
        onConfirm={async () => {
          await certificates.remove(environment, removing?.name ?? "", removing?.etag);
          await client.invalidateQueries(queries.certificates(environment));
          toast.success("Certificate removed");
        }}
      />
    </Card>
  );
}

function makeColumns(
  canEdit: boolean,
  onReplace: (certificate: Certificate) => void,
  onRemove: (certificate: Certificate) => void,
): readonly Column<Certificate>[] {
  return [
    {
      id: "name",
      header: "Name",
      cell: (certificate) => (
        <>
          <span className="font-medium break-all">{certificate.name}</span>
          <span className="flex flex-col gap-1 sm:hidden">
            <ShownFor certificate={certificate} />
            <Ends certificate={certificate} />
          </span>
        </>
      ),
    },
    {
      id: "names",
      header: "Shown for",
      showFrom: "sm",
      cell: (certificate) => <ShownFor certificate={certificate} />,
    },
    { id: "issuer", header: "Issued by", showFrom: "md", cell: ({ issuer }) => issuer },
    { id: "ends", header: "Ends", showFrom: "sm", cell: (certificate) => <Ends certificate={certificate} /> },
    {
      id: "actions",
      header: "Actions",
      hideHeader: true,
      align: "right",
      cell: (certificate) =>
        canEdit && (
          <span className="flex justify-end gap-1 max-sm:flex-col max-sm:items-end">
            <Button
              size="small"
              variant="ghost"
              aria-label={`Replace ${certificate.name}`}
              onClick={() => onReplace(certificate)}
            >
              Replace
            </Button>
            <Button
              size="small"
              variant="dangerGhost"
              aria-label={`Remove ${certificate.name}`}
              onClick={() => onRemove(certificate)}
            >
              Remove
            </Button>
          </span>
        ),
    },
  ];
}

function ShownFor({ certificate: { serverNames, use } }: { certificate: Certificate }) {
  return use === "client" ? (
    <span className="text-text-muted">Upstreams that name it</span>
  ) : (
    <span className="font-mono text-xs break-all">{serverNames.join(", ")}</span>
  );
}

function Ends({ certificate: { notAfter } }: { certificate: Certificate }) {
  const leftMs = Date.parse(notAfter) - Date.now();
  return (
    <span className="flex flex-wrap items-center gap-2">
      <RelativeTime time={notAfter} className="text-text-muted" />
      {leftMs <= 0 ? (
        <StatusBadge tone="broken">Ended</StatusBadge>
      ) : (
        leftMs < SOON_MS && <StatusBadge tone="watch">Ends soon</StatusBadge>
      )}
    </span>
  );
}

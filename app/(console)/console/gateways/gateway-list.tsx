"use client";

import { useQuery } from "@tanstack/react-query";
import { Plus, Server } from "lucide-react";
import { paths } from "@/app/(console)/data/paths";
import { LIVE_MS, queries } from "@/app/(console)/data/queries";
import { useCan } from "@/app/(console)/data/use-can";
import { useUrlState } from "@/app/(console)/data/use-url-state";
import { formatPlural } from "@/components/format/format-number";
import { Badge, StatusBadge } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { DataTable, type Column } from "@/components/ui/data-table";
import { EmptyState } from "@/components/ui/empty-state";
import { PageHeader } from "@/components/ui/page-header";
import type { Gateway } from "@/lib/api-schemas";
import { NewGatewayPanel } from "./new-gateway-panel";

/** The gateways of all environments and how their nodes are, live. */
export function GatewayList() {
  const can = useCan();
  const url = useUrlState();
  const gateways = useQuery({ ...queries.gateways(), refetchInterval: LIVE_MS });
  const create = can.administer && (
    <Button variant="primary" onClick={() => url.set({ create: "1" })}>
      <Plus aria-hidden="true" />
      Create gateway
    </Button>
  );
  return (
    <>
      <PageHeader
        title="Gateways"
        description="A gateway is a named data plane of an environment; its nodes serve the calls."
        actions={create}
      />
      <Card isFlush>
        <DataTable
          label="Gateways"
          columns={COLUMNS}
          rows={gateways.data?.items}
          rowKey={(gateway) => gateway.slug}
          rowHref={(gateway) => paths.gateway(gateway.slug)}
          error={gateways.error}
          onRetry={() => void gateways.refetch()}
          empty={
            <EmptyState icon={Server} title="No gateways yet" action={create}>
              Create one for an environment, then enrol the machines that serve its calls.
            </EmptyState>
          }
        />
      </Card>
      {can.administer && (
        <NewGatewayPanel isOpen={url.get("create") === "1"} onClose={() => url.set({ create: undefined })} />
      )}
    </>
  );
}

const COLUMNS: readonly Column<Gateway>[] = [
  {
    id: "name",
    header: "Name",
    sortValue: (gateway) => gateway.name,
    cell: (gateway) => (
      <span className="flex flex-wrap items-center gap-x-2">
        {gateway.name}
        <span className="font-mono text-xs font-normal text-text-faint">{gateway.slug}</span>
      </span>
    ),
  },
  {
    id: "environment",
    header: "Environment",
    sortValue: (gateway) => gateway.environment,
    cell: (gateway) => <Badge>{gateway.environment}</Badge>,
  },
  { id: "health", header: "Nodes", cell: (gateway) => <GatewayHealth gateway={gateway} /> },
  {
    id: "release",
    header: "Release",
    align: "right",
    showFrom: "sm",
    cell: (gateway) => describeReleases(gateway),
  },
  {
    id: "url",
    header: "Public address",
    showFrom: "md",
    cell: (gateway) => <span className="font-mono text-xs break-all">{gateway.publicUrl}</span>,
  },
];

function GatewayHealth({ gateway }: { gateway: Gateway }) {
  const nodes = gateway.nodes.filter((node) => node.state !== "retired");
  const ready = nodes.filter((node) => node.state === "ready").length;
  if (nodes.length === 0) {
    return <StatusBadge tone="off">No node</StatusBadge>;
  }
  const problems = nodes.reduce((sum, node) => sum + node.problems.length, 0);
  return (
    <span className="flex flex-wrap gap-1">
      <StatusBadge tone={ready === nodes.length ? "ok" : ready === 0 ? "broken" : "watch"}>
        {ready} of {nodes.length} ready
      </StatusBadge>
      {problems > 0 && <StatusBadge tone="watch">{formatPlural(problems, "problem")}</StatusBadge>}
    </span>
  );
}

/** "42", or "41, 42" while the nodes differ. */
function describeReleases(gateway: Gateway): string {
  const releases = gateway.nodes
    .filter((node) => node.state !== "retired" && node.release !== null)
    .map((node) => node.release ?? 0);
  return releases.length === 0 ? "–" : [...new Set(releases)].sort((left, right) => left - right).join(", ");
}

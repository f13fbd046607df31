"use client";

import { useQuery } from "@tanstack/react-query";
import { Plus, Server } from "lucide-react";
import type { ReactNode } from "react";
import { LIVE_MS, queries } from "@/app/(console)/data/queries";
import { useCan } from "@/app/(console)/data/use-can";
import { useUrlState } from "@/app/(console)/data/use-url-state";
import { Badge } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { CopyButton } from "@/components/ui/copy-button";
import { EmptyState } from "@/components/ui/empty-state";
import { ErrorState } from "@/components/ui/error-state";
import { PageHeader } from "@/components/ui/page-header";
import { SkeletonLines } from "@/components/ui/skeleton";
import type { Gateway } from "@/lib/api-schemas";
import { EnrolPanel } from "./enrol-panel";
import { EnrolmentTokens } from "./enrolment-tokens";
import { GatewaySettings } from "./gateway-settings";
import { NodeCard } from "./node-card";

/** One gateway: each node with its release, lag, health and problems, live. */
export function GatewayDetails({ slug }: { slug: string }) {
  const can = useCan();
  const url = useUrlState();
  const query = useQuery({ ...queries.gateway(slug), refetchInterval: LIVE_MS });
  const environments = useQuery({ ...queries.environments(), refetchInterval: LIVE_MS });
  const gateway = query.data;
  const crumbs = [{ href: "/console/gateways", label: "Gateways" }];
  if (gateway === undefined) {
    return (
      <>
        <PageHeader title={slug} crumbs={crumbs} />
        <Card>
          {query.isError ? (
            <ErrorState error={query.error} onRetry={() => void query.refetch()} />
          ) : (
            <SkeletonLines lines={6} />
          )}
        </Card>
      </>
    );
  }
  const current = environments.data?.items.find((one) => one.slug === gateway.environment)?.release ?? null;
  const enrol = can.administer && (
    <Button variant="primary" onClick={() => url.set({ enrol: "1" })}>
      <Plus aria-hidden="true" />
      Enrol a node
    </Button>
  );
  return (
    <>
      <PageHeader
        title={gateway.name}
        crumbs={crumbs}
        badges={
          <>
            <Badge>{gateway.environment}</Badge>
            {current !== null && <Badge>current release {current}</Badge>}
          </>
        }
        description={
          <span className="flex min-w-0 items-center gap-1">
            <span className="font-mono text-sm break-all">{gateway.publicUrl}</span>
            <CopyButton text={gateway.publicUrl} label="Copy public address" />
          </span>
        }
        actions={enrol}
      />
      <div className="flex flex-col gap-4">
        <Nodes gateway={gateway} current={current} action={enrol} />
        {can.administer && (
          <>
            <EnrolmentTokens gateway={gateway.slug} />
            <GatewaySettings key={gateway.etag} gateway={gateway} />
          </>
        )}
      </div>
      {can.administer && (
        <EnrolPanel gateway={gateway} isOpen={url.get("enrol") === "1"} onClose={() => url.set({ enrol: undefined })} />
      )}
    </>
  );
}

function Nodes({ gateway, current, action }: { gateway: Gateway; current: number | null; action: ReactNode }) {
  const nodes = gateway.nodes.filter((node) => node.state !== "retired");
  if (nodes.length === 0) {
    return (
      <Card>
        <EmptyState icon={Server} title="No node serves this gateway" action={action}>
          A node is one running instance: nginx with its agent, on a machine of yours. Calls are refused until there is
          one.
        </EmptyState>
      </Card>
    );
  }
  return (
    <ul aria-label="Nodes" className="flex flex-col gap-4">
      {nodes.map((node) => (
        <li key={node.id}>
          <NodeCard gateway={gateway} node={node} current={current} />
        </li>
      ))}
    </ul>
  );
}

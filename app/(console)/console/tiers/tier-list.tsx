"use client";

import { useQuery } from "@tanstack/react-query";
import { Gauge, Plus } from "lucide-react";
import { queries } from "@/app/(console)/data/queries";
import { useCan } from "@/app/(console)/data/use-can";
import { useUrlState } from "@/app/(console)/data/use-url-state";
import { formatDurationMs } from "@/components/format/format-duration";
import { formatCount, formatDigits } from "@/components/format/format-number";
import { Button } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { DataTable, type Column } from "@/components/ui/data-table";
import { EmptyState } from "@/components/ui/empty-state";
import { PageHeader } from "@/components/ui/page-header";
import type { SlaTier } from "@/lib/api-schemas";
import { TierPanel } from "./tier-panel";

/** What plans can promise, the best tier first. */
export function TierList() {
  const can = useCan();
  const url = useUrlState();
  const tiers = useQuery(queries.slaTiers());
  const chosen = url.get("tier");
  const rows =
    tiers.data === undefined ? undefined : [...tiers.data.items].sort((left, right) => right.rank - left.rank);
  const create = can.administer && (
    <Button variant="primary" onClick={() => url.set({ tier: "new" })}>
      <Plus aria-hidden="true" />
      Create tier
    </Button>
  );
  return (
    <>
      <PageHeader
        title="SLA tiers"
        description="What a plan promises its subscribers: availability, latency, errors and support."
        actions={create}
      />
      <Card isFlush>
        <DataTable
          label="SLA tiers"
          columns={COLUMNS}
          rows={rows}
          rowKey={(tier) => tier.slug}
          rowHref={can.administer ? (tier) => url.href({ tier: tier.slug }) : undefined}
          error={tiers.error}
          onRetry={() => void tiers.refetch()}
          empty={
            <EmptyState icon={Gauge} title="No SLA tiers yet" action={create}>
              For example Bronze, Silver and Gold. A plan without a tier promises nothing.
            </EmptyState>
          }
        />
      </Card>
      {can.administer && (
        <TierPanel
          tier={rows?.find((tier) => tier.slug === chosen)}
          isOpen={chosen === "new" || rows?.some((tier) => tier.slug === chosen) === true}
          onClose={() => url.set({ tier: undefined })}
        />
      )}
    </>
  );
}

const COLUMNS: readonly Column<SlaTier>[] = [
  { id: "name", header: "Name", cell: (tier) => tier.name },
  {
    id: "availability",
    header: "Availability",
    align: "right",
    cell: (tier) => `${formatDigits(tier.availabilityPercent, 3)} %`,
  },
  { id: "latency", header: "p95 under", align: "right", cell: (tier) => formatDurationMs(tier.p95LatencyMs) },
  {
    id: "errors",
    header: "Errors under",
    align: "right",
    showFrom: "sm",
    cell: (tier) => `${formatDigits(tier.errorSharePercent, 3)} %`,
  },
  {
    id: "support",
    header: "Support",
    showFrom: "md",
    cell: (tier) => <span className="line-clamp-1 text-text-muted">{tier.supportText}</span>,
  },
  { id: "rank", header: "Rank", align: "right", showFrom: "lg", cell: (tier) => formatCount(tier.rank) },
  { id: "plans", header: "Plans", align: "right", cell: (tier) => formatCount(tier.plans) },
];

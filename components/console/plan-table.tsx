"use client";

import type { ReactNode } from "react";
import { formatLimit, formatLimitDetail } from "@/components/format/format-limit";
import { formatCount } from "@/components/format/format-number";
import { Badge } from "@/components/ui/badge";
import { DataTable, type Column } from "@/components/ui/data-table";
import { EmptyState } from "@/components/ui/empty-state";
import type { Plan, Product } from "@/lib/api-schemas";

export interface PlanTableProps {
  product: Pick<Product, "name" | "plans">;
  hrefOf: (plan: string) => string;
  /** The next action when there is no plan. */
  action?: ReactNode;
}

const COLUMNS: readonly Column<Plan>[] = [
  { id: "name", header: "Plan", cell: (plan) => plan.name },
  {
    id: "limits",
    header: "Limits",
    cell: (plan) =>
      plan.limits.length === 0 ? (
        <span className="text-text-muted">Unlimited</span>
      ) : (
        <span className="flex flex-col">
          {plan.limits.map((limit) => (
            <span key={limit.id}>
              {formatLimit(limit)} <span className="text-xs text-text-faint">{formatLimitDetail(limit)}</span>
            </span>
          ))}
        </span>
      ),
  },
  {
    id: "tier",
    header: "SLA tier",
    showFrom: "sm",
    cell: (plan) =>
      plan.slaTier === null ? <span className="text-text-faint">–</span> : <Badge>{plan.slaTier.name}</Badge>,
  },
  {
    id: "approval",
    header: "Approval",
    showFrom: "md",
    cell: (plan) => (plan.approval === "manual" ? "By an owner" : "At once"),
  },
  {
    id: "subscriptions",
    header: "Subscriptions",
    align: "right",
    showFrom: "sm",
    cell: ({ subscriptions }) =>
      subscriptions !== null && (
        <span className="whitespace-nowrap">
          {formatCount(subscriptions.active)}
          {subscriptions.pending > 0 && (
            <span className="text-watch"> + {formatCount(subscriptions.pending)} waiting</span>
          )}
        </span>
      ),
  },
];

/** The plans of a product: what they allow, what they promise, who uses them. */
export function PlanTable({ product, hrefOf, action }: PlanTableProps) {
  return (
    <DataTable
      label={`Plans of ${product.name}`}
      columns={COLUMNS}
      rows={product.plans}
      rowKey={(plan) => plan.slug}
      rowHref={(plan) => hrefOf(plan.slug)}
      empty={
        <EmptyState title="No plan yet" action={action}>
          A plan says how often the product may be called. Without one nobody can subscribe.
        </EmptyState>
      }
    />
  );
}

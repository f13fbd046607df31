"use client";

import { Ellipsis, Inbox } from "lucide-react";
import { useMemo } from "react";
import type { PagedList } from "@/app/(console)/data/use-paged-list";
import { RelativeTime } from "@/components/format/relative-time";
import { SubscriptionBadge } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";
import { DataTable, type Column } from "@/components/ui/data-table";
import { DropdownMenu, DropdownMenuItem } from "@/components/ui/dropdown-menu";
import { EmptyState } from "@/components/ui/empty-state";
import type { Subscription, SubscriptionState } from "@/lib/api-schemas";
import { DECISIONS, type Decision } from "./decision-dialog";

const POSSIBLE: Record<SubscriptionState, readonly Decision[]> = {
  pending: ["approve", "reject"],
  active: ["pause", "close"],
  paused: ["resume", "close"],
  rejected: [],
  closed: [],
};

export interface SubscriptionTableProps {
  list: PagedList<Subscription>;
  isFiltered: boolean;
  onClearFilters: () => void;
  onProduct: (slug: string) => void;
  onDecide: (subscription: Subscription, decision: Decision) => void;
}

export function SubscriptionTable({ list, isFiltered, onClearFilters, onProduct, onDecide }: SubscriptionTableProps) {
  const columns = useMemo(() => makeColumns(onProduct, onDecide), [onProduct, onDecide]);
  return (
    <DataTable
      label="Subscriptions"
      columns={columns}
      rows={list.rows}
      rowKey={(subscription) => subscription.id}
      error={list.error}
      onRetry={list.onRetry}
      more={list.more}
      empty={
        isFiltered ? (
          <EmptyState
            title="No subscription matches"
            action={<Button onClick={onClearFilters}>Clear the filters</Button>}
          />
        ) : (
          <EmptyState icon={Inbox} title="Nobody has subscribed yet">
            Consumers subscribe in the developer portal, to a plan of one of your products.
          </EmptyState>
        )
      }
    />
  );
}

function makeColumns(
  onProduct: SubscriptionTableProps["onProduct"],
  onDecide: SubscriptionTableProps["onDecide"],
): readonly Column<Subscription>[] {
  return [
    {
      id: "application",
      header: "Application",
      sortValue: ({ application }) => application.name,
      cell: ({ application, product, plan }) => (
        <span className="flex flex-col">
          <span className="font-medium">{application.name}</span>
          <span className="text-xs text-text-faint">{application.team.name}</span>
          <span className="sm:hidden">
            {product.name}, {plan.name}
          </span>
        </span>
      ),
    },
    {
      id: "plan",
      header: "Product and plan",
      showFrom: "sm",
      cell: ({ product, plan }) => (
        <span>
          <button
            type="button"
            className="rounded-sm text-left hover:underline"
            aria-label={`Only ${product.name}`}
            onClick={() => onProduct(product.slug)}
          >
            {product.name}
          </button>
          <span className="text-text-muted">, {plan.name}</span>
        </span>
      ),
    },
    {
      id: "state",
      header: "State",
      sortValue: ({ state }) => state,
      cell: (subscription) => (
        <span className="flex flex-col items-start gap-0.5">
          <SubscriptionBadge state={subscription.state} />
          {subscription.decisionNote !== "" && (
            <span className="line-clamp-1 text-xs text-text-faint">“{subscription.decisionNote}”</span>
          )}
        </span>
      ),
    },
    {
      id: "decided",
      header: "Decided",
      showFrom: "lg",
      cell: ({ decidedAt, decidedBy }) =>
        decidedAt === null ? (
          <span className="text-text-faint">–</span>
        ) : (
          <span className="text-text-muted">
            <RelativeTime time={decidedAt} />
            {decidedBy !== null && ` by ${decidedBy}`}
          </span>
        ),
    },
    {
      id: "created",
      header: "Asked for",
      showFrom: "md",
      sortValue: ({ createdAt }) => createdAt,
      cell: ({ createdAt }) => <RelativeTime time={createdAt} className="whitespace-nowrap text-text-muted" />,
    },
    {
      id: "actions",
      header: "Actions",
      hideHeader: true,
      align: "right",
      cell: (subscription) => <Actions subscription={subscription} onDecide={onDecide} />,
    },
  ];
}

function Actions({
  subscription,
  onDecide,
}: {
  subscription: Subscription;
  onDecide: SubscriptionTableProps["onDecide"];
}) {
  const possible = POSSIBLE[subscription.state];
  if (!subscription.canDecide || possible.length === 0) {
    return null;
  }
  return (
    <DropdownMenu
      trigger={
        <Button
          variant="ghost"
          size="small"
          className="w-7 px-0"
          aria-label={`Actions for ${subscription.application.name}, ${subscription.plan.name}`}
        >
          <Ellipsis aria-hidden="true" />
        </Button>
      }
    >
      {possible.map((decision) => (
        <DropdownMenuItem
          key={decision}
          isDestructive={DECISIONS[decision].isDestructive}
          onSelect={() => onDecide(subscription, decision)}
        >
          {DECISIONS[decision].verb}
        </DropdownMenuItem>
      ))}
    </DropdownMenu>
  );
}

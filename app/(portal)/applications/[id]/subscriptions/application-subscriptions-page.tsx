"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { ListChecks } from "lucide-react";
import Link from "next/link";
import { useState } from "react";
import { formatLimit } from "@/components/format/format-limit";
import { RelativeTime } from "@/components/format/relative-time";
import { Badge, SubscriptionBadge } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { ConfirmDialog } from "@/components/ui/confirm-dialog";
import { DataTable, type Column } from "@/components/ui/data-table";
import { EmptyState } from "@/components/ui/empty-state";
import { toast } from "@/components/ui/toast";
import { subscriptions } from "@/lib/api-client";
import type { Subscription } from "@/lib/api-schemas/applications";
import { useSubscriptions } from "../../../_parts/queries";
import { useShownApplication } from "../application-frame";

/** What the application may use, and on what terms. */
export function ApplicationSubscriptionsPage() {
  const application = useShownApplication();
  const list = useSubscriptions(application.id);
  const [closing, setClosing] = useState<Subscription>();
  return (
    <>
      <Card
        title="Subscriptions"
        isFlush
        actions={
          list.data?.items.length === 0 ? undefined : (
            <Button asChild variant="primary">
              <Link href="/apis">Find an API</Link>
            </Button>
          )
        }
      >
        <DataTable
          label="Subscriptions"
          rows={list.data?.items}
          error={list.error}
          onRetry={() => void list.refetch()}
          rowKey={(subscription) => subscription.id}
          columns={columns(setClosing)}
          empty={
            <EmptyState
              icon={ListChecks}
              title="No subscription yet"
              action={
                <Button asChild variant="primary">
                  <Link href={`/start?application=${application.id}`}>Choose a plan</Link>
                </Button>
              }
            >
              A subscription joins this application to a plan of an API.
            </EmptyState>
          }
        />
      </Card>
      <CloseDialog subscription={closing} onClose={() => setClosing(undefined)} />
    </>
  );
}

function columns(onClose: (subscription: Subscription) => void): readonly Column<Subscription>[] {
  return [
    {
      id: "plan",
      header: "Plan",
      cell: (subscription) => (
        <div className="min-w-0 py-1">
          <p className="font-medium">
            {subscription.plan.name}{" "}
            {subscription.plan.slaTier !== null && subscription.plan.slaTier.name !== subscription.plan.name && (
              <Badge>{subscription.plan.slaTier.name}</Badge>
            )}
          </p>
          <p className="text-xs text-text-muted">{subscription.product.name}</p>
        </div>
      ),
    },
    {
      id: "state",
      header: "State",
      cell: (subscription) => (
        <div className="py-1">
          <SubscriptionBadge state={subscription.state} />
          {subscription.decisionNote !== "" && (
            <p className="mt-1 max-w-56 text-xs text-text-muted">“{subscription.decisionNote}”</p>
          )}
        </div>
      ),
    },
    {
      id: "apis",
      header: "APIs",
      showFrom: "md",
      cell: (subscription) => (
        <span className="flex flex-wrap gap-x-3">
          {subscription.apis.map((api) => (
            <Link key={`${api.api} ${api.version}`} href={`/apis/${api.api}?version=${api.version}`} className="link">
              {api.apiName} {api.version}
            </Link>
          ))}
        </span>
      ),
    },
    {
      id: "limits",
      header: "Limits",
      showFrom: "md",
      cell: (subscription) =>
        subscription.plan.limits.length === 0
          ? "none"
          : subscription.plan.limits.map((limit) => <p key={limit.id}>{formatLimit(limit)}</p>),
    },
    {
      id: "since",
      header: "Since",
      align: "right",
      showFrom: "sm",
      cell: (subscription) => (
        <RelativeTime time={subscription.decidedAt ?? subscription.createdAt} className="text-text-muted" />
      ),
    },
    {
      id: "actions",
      header: "Actions",
      hideHeader: true,
      align: "right",
      cell: (subscription) =>
        isOpen(subscription) && (
          <Button
            size="small"
            variant="ghost"
            aria-label={`Close the subscription to ${subscription.plan.name}`}
            onClick={() => onClose(subscription)}
          >
            Close
          </Button>
        ),
    },
  ];
}

function isOpen(subscription: Subscription): boolean {
  return subscription.state === "active" || subscription.state === "pending" || subscription.state === "paused";
}

function CloseDialog({ subscription, onClose }: { subscription: Subscription | undefined; onClose: () => void }) {
  const queryClient = useQueryClient();
  const close = useMutation({
    mutationFn: (id: string) => subscriptions.close(id),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: ["applications"] }),
  });
  if (subscription === undefined) {
    return null;
  }
  const names = subscription.apis.map((api) => `${api.apiName} ${api.version}`).join(", ");
  return (
    <ConfirmDialog
      isOpen
      onClose={onClose}
      title={`Close the subscription to ${subscription.plan.name}?`}
      consequences={
        subscription.state === "pending"
          ? ["The request to the owner is withdrawn."]
          : [
              `Calls of ${subscription.application.name} to ${names} are refused on every node within a second.`,
              "A new subscription may need the owner’s approval again.",
            ]
      }
      confirmLabel="Close subscription"
      cancelLabel="Keep it"
      onConfirm={async () => {
        await close.mutateAsync(subscription.id);
        toast.success("Subscription closed", {
          description: `${subscription.plan.name} of ${subscription.product.name}`,
        });
      }}
    >
      Its keys stay, and go on working for its other subscriptions.
    </ConfirmDialog>
  );
}

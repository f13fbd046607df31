"use client";

import { CircleCheck } from "lucide-react";
import { usePagedList } from "@/app/(console)/data/use-paged-list";
import { formatLimit } from "@/components/format/format-limit";
import { RelativeTime } from "@/components/format/relative-time";
import { Badge } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { EmptyState } from "@/components/ui/empty-state";
import { ErrorState } from "@/components/ui/error-state";
import { SkeletonLines } from "@/components/ui/skeleton";
import { subscriptions } from "@/lib/api-client";
import type { Subscription } from "@/lib/api-schemas";
import type { Decision } from "./decision-dialog";

const REFRESH_MS = 10_000;

export interface WaitingRequestsProps {
  onDecide: (subscription: Subscription, decision: Decision) => void;
}

/** Requests for plans that an owner approves: who asks for what, in their own words, with both answers beside it. */
export function WaitingRequests({ onDecide }: WaitingRequestsProps) {
  const list = usePagedList(
    ["subscriptions", "waiting"],
    (cursor, options) => subscriptions.list({ as: "owner", state: "pending", cursor }, options),
    { refetchInterval: REFRESH_MS },
  );
  return (
    <Card title="Waiting for a decision" isFlush>
      {list.rows === undefined ? (
        list.error === null ? (
          <SkeletonLines className="p-4" />
        ) : (
          <ErrorState error={list.error} onRetry={list.onRetry} />
        )
      ) : list.rows.length === 0 ? (
        <EmptyState icon={CircleCheck} title="No request waits" className="py-8">
          Requests for plans with approval by an owner appear here.
        </EmptyState>
      ) : (
        <ul aria-label="Requests">
          {list.rows.map((request) => (
            <Request key={request.id} request={request} onDecide={onDecide} />
          ))}
          {list.more.hasMore && (
            <li className="flex justify-center p-2">
              <Button variant="ghost" isLoading={list.more.isLoading} onClick={list.more.onLoadMore}>
                Load more
              </Button>
            </li>
          )}
        </ul>
      )}
    </Card>
  );
}

function Request({ request, onDecide }: { request: Subscription } & WaitingRequestsProps) {
  const { application, product, plan } = request;
  return (
    <li className="flex flex-wrap items-start justify-between gap-x-6 gap-y-3 border-b px-4 py-3 last:border-b-0">
      <div className="min-w-0 flex-1 basis-72">
        <p className="text-sm">
          <span className="font-medium">{application.name}</span> of {application.team.name} asks for{" "}
          <span className="font-medium">
            {product.name}, {plan.name}
          </span>
        </p>
        {request.note !== "" && <p className="mt-0.5 text-sm break-words text-text-muted">“{request.note}”</p>}
        <p className="mt-1 flex flex-wrap items-center gap-x-2 gap-y-1 text-xs text-text-faint">
          {plan.slaTier !== null && <Badge>{plan.slaTier.name}</Badge>}
          <span>{plan.limits.length === 0 ? "Unlimited" : plan.limits.map(formatLimit).join(", ")}</span>
          <RelativeTime time={request.createdAt} />
          {request.createdBy !== null && <span>by {request.createdBy}</span>}
        </p>
      </div>
      {request.canDecide && (
        <div className="flex gap-2">
          <Button aria-label={`Reject ${application.name}`} onClick={() => onDecide(request, "reject")}>
            Reject
          </Button>
          <Button
            variant="primary"
            aria-label={`Approve ${application.name}`}
            onClick={() => onDecide(request, "approve")}
          >
            Approve
          </Button>
        </div>
      )}
    </li>
  );
}

"use client";

import { useQuery } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import { queries } from "@/app/(console)/data/queries";
import { usePagedList } from "@/app/(console)/data/use-paged-list";
import { useUrlState } from "@/app/(console)/data/use-url-state";
import { FilterChip } from "@/components/console/filter-chip";
import { Toolbar } from "@/components/console/toolbar";
import { Card } from "@/components/ui/card";
import { PageHeader } from "@/components/ui/page-header";
import { Select } from "@/components/ui/select";
import { subscriptions } from "@/lib/api-client";
import { subscriptionStates, type Subscription, type SubscriptionState } from "@/lib/api-schemas";
import { DecisionDialog, type Decision } from "./decision-dialog";
import { SubscriptionTable } from "./subscription-table";
import { WaitingRequests } from "./waiting-requests";

const STATE_OPTIONS = [
  { value: "", label: "All states" },
  { value: "pending", label: "Waiting for approval" },
  { value: "active", label: "Active" },
  { value: "paused", label: "Paused" },
  { value: "rejected", label: "Rejected" },
  { value: "closed", label: "Closed" },
];

export interface Deciding {
  readonly subscription: Subscription;
  readonly decision: Decision;
}

/** Requests that wait, then every subscription to the viewer's products. */
export function Subscriptions() {
  const url = useUrlState();
  const [deciding, setDeciding] = useState<Deciding>();
  const filters = useFilters(url.get("state"), url.get("product"));
  const list = usePagedList(["subscriptions", "pages", filters], (cursor, options) =>
    subscriptions.list({ as: "owner", ...filters, cursor }, options),
  );
  const products = useQuery(queries.products({ limit: 200 }));
  const product = products.data?.items.find((one) => one.slug === filters.product);
  const decide = (subscription: Subscription, decision: Decision) => setDeciding({ subscription, decision });
  return (
    <>
      <PageHeader
        title="Subscriptions"
        description="Who may call what. A decision reaches every node within a second."
      />
      <div className="flex flex-col gap-6">
        <WaitingRequests onDecide={decide} />
        <section aria-label="All subscriptions">
          <Toolbar>
            <h2 className="mr-2 text-base font-semibold">All subscriptions</h2>
            <Select
              aria-label="State"
              className="w-48"
              value={filters.state ?? ""}
              options={STATE_OPTIONS}
              onChange={(event) => url.set({ state: event.target.value })}
            />
            {filters.product !== undefined && (
              <FilterChip
                name="Product"
                value={product?.name ?? filters.product}
                onRemove={() => url.set({ product: undefined })}
              />
            )}
          </Toolbar>
          <Card isFlush>
            <SubscriptionTable
              list={list}
              isFiltered={filters.state !== undefined || filters.product !== undefined}
              onClearFilters={() => url.set({ state: undefined, product: undefined })}
              onProduct={(slug) => url.set({ product: slug })}
              onDecide={decide}
            />
          </Card>
        </section>
      </div>
      <DecisionDialog deciding={deciding} onClose={() => setDeciding(undefined)} />
    </>
  );
}

function useFilters(state: string | undefined, product: string | undefined) {
  return useMemo(
    () => ({ state: subscriptionStates.find((one): one is SubscriptionState => one === state), product }),
    [state, product],
  );
}

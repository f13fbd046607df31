"use client";

import { useQuery, useQueryClient } from "@tanstack/react-query";
import { queries } from "@/app/(console)/data/queries";
import { PoliciesCard } from "@/components/console/policies/policies-card";
import { toast } from "@/components/ui/toast";
import { policies } from "@/lib/api-client";
import type { Plan } from "@/lib/api-schemas";

/** Policies for calls under a plan: what Gold has and Bronze has not. */
export function PlanPolicies({ plan }: { plan: Plan }) {
  const client = useQueryClient();
  const catalogue = useQuery(queries.policies());
  const saved = useQuery(queries.planPolicies(plan.product, plan.slug));
  if (saved.data === undefined || catalogue.data === undefined) {
    return null;
  }
  const { etag } = saved.data;
  return (
    <PoliciesCard
      key={etag}
      scope="plan"
      description="Run for calls under this plan, as soon as the subscription is known."
      empty="Calls under this plan run through what their API has."
      saved={saved.data}
      catalogue={catalogue.data.items}
      onSave={async (next) => {
        const stored = await policies.putOfPlan(plan.product, plan.slug, { policies: [...next] }, etag);
        client.setQueryData(queries.planPolicies(plan.product, plan.slug).queryKey, stored);
        toast.success("Policies saved", { description: "Publish to bring them to the gateways." });
      }}
    />
  );
}

"use client";

import { ListChecks } from "lucide-react";
import Link from "next/link";
import { usePathname } from "next/navigation";
import { useState } from "react";
import { PlanCard } from "@/components/catalogue/plan-card";
import { useViewer } from "@/components/shell/viewer-context";
import { Button } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { EmptyState } from "@/components/ui/empty-state";
import type { CataloguePlan } from "@/lib/api-schemas/portal";
import { SubscribeDialog } from "../../../_parts/subscribe-dialog";
import { plansOf, useShownApi } from "../api-frame";

/** The plans that cover this version, side by side, and the way to subscribe. */
export function ApiPlansPage() {
  const { api, version } = useShownApi();
  const [chosen, setChosen] = useState<CataloguePlan>();
  const plans = plansOf(api, version);
  if (plans.length === 0) {
    return (
      <Card>
        <EmptyState icon={ListChecks} title="No plan covers this version yet">
          Its owner, {api.team.name}, has to offer it in a product with at least one plan.
        </EmptyState>
      </Card>
    );
  }
  const hasSeveralProducts = new Set(plans.map((plan) => plan.product)).size > 1;
  return (
    <>
      <div className="grid gap-4 sm:grid-cols-2 xl:grid-cols-3">
        {plans.map((plan) => (
          <PlanCard
            key={plan.id}
            plan={plan}
            showProduct={hasSeveralProducts}
            action={<SubscribeButton plan={plan} onSubscribe={() => setChosen(plan)} />}
          />
        ))}
      </div>
      <SubscribeDialog plan={chosen} onClose={() => setChosen(undefined)} />
    </>
  );
}

function SubscribeButton({ plan, onSubscribe }: { plan: CataloguePlan; onSubscribe: () => void }) {
  const viewer = useViewer();
  const pathname = usePathname();
  const label = `Subscribe to ${plan.name}`;
  if (viewer === null) {
    return (
      <Button asChild variant="primary">
        <Link aria-label={label} href={`/sign-in?next=${encodeURIComponent(pathname)}`}>
          Subscribe
        </Link>
      </Button>
    );
  }
  return (
    <Button variant="primary" aria-label={label} onClick={onSubscribe}>
      Subscribe
    </Button>
  );
}

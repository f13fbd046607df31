"use client";

import { BurstChart } from "@/components/console/limits/burst-chart";
import { TierPromise } from "@/components/console/tier-promise";
import { formatLimit, formatLimitDetail } from "@/components/format/format-limit";
import { Card } from "@/components/ui/card";
import { KeyValue } from "@/components/ui/key-value";
import type { Plan } from "@/lib/api-schemas";

/** A plan for people who may look at it and not change it. */
export function PlanFacts({ plan }: { plan: Plan }) {
  return (
    <div className="flex flex-col gap-4">
      <Card title="Plan">
        <KeyValue
          items={[
            { label: "Description", value: plan.description === "" ? "–" : plan.description },
            { label: "Approval", value: plan.approval === "manual" ? "By an owner" : "Automatic" },
            {
              label: "SLA tier",
              value:
                plan.slaTier === null ? (
                  "None"
                ) : (
                  <>
                    {plan.slaTier.name}: <TierPromise tier={plan.slaTier} />
                  </>
                ),
            },
          ]}
        />
      </Card>
      <Card title="Limits" isFlush>
        {plan.limits.length === 0 ? (
          <p className="p-4 text-sm text-text-muted">No limit: every call is let through.</p>
        ) : (
          <ul className="divide-y">
            {plan.limits.map((limit) => (
              <li key={limit.id} className="grid gap-4 p-4 lg:grid-cols-[1fr_18rem]">
                <div>
                  <p className="text-sm font-medium">{formatLimit(limit)}</p>
                  <p className="text-sm text-text-muted">{formatLimitDetail(limit)}</p>
                  <p className="font-mono text-xs text-text-faint">{limit.name}</p>
                </div>
                <BurstChart limit={limit} />
              </li>
            ))}
          </ul>
        )}
      </Card>
    </div>
  );
}

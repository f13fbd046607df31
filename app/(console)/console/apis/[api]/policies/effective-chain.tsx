"use client";

import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { queries } from "@/app/(console)/data/queries";
import { summariseConfig } from "@/components/console/policies/schema";
import { Badge } from "@/components/ui/badge";
import { Card } from "@/components/ui/card";
import { ErrorState } from "@/components/ui/error-state";
import { Field } from "@/components/ui/field";
import { Select } from "@/components/ui/select";
import { SkeletonLines } from "@/components/ui/skeleton";
import type { EffectiveChain as Chain } from "@/lib/api-schemas";
import { useChosenApi } from "../api-context";

const ORIGINS: Readonly<Record<Chain["steps"][number]["from"], string>> = {
  environment: "environment",
  default: "always",
  "api-version": "every operation",
  operation: "this operation",
  plan: "the plan",
};

const ANY_PLAN = "";

/** What runs for a call to an operation, in order, as the compiler puts it together. */
export function EffectiveChain({ isStale }: { isStale: boolean }) {
  const { api, version } = useChosenApi();
  const [key, setKey] = useState(version.operations[0]?.key ?? "");
  const [plan, setPlan] = useState(ANY_PLAN);
  const plans = usePlansOf(api.slug, version.version);
  const query = { operation: key, ...(plan !== ANY_PLAN && { plan }) };
  const chain = useQuery({ ...queries.effectiveChain(api.slug, version.version, query), enabled: key !== "" });
  return (
    <Card title="What runs" description="For a call to one operation, in this order.">
      <div className="flex flex-col gap-3">
        <Field label="Operation" hideLabel>
          <Select
            value={key}
            options={version.operations.map((one) => ({ value: one.key, label: `${one.method} ${one.path}` }))}
            onChange={(event) => setKey(event.target.value)}
          />
        </Field>
        {plans.length > 0 && (
          <Field label="Plan of the caller" hideLabel>
            <Select
              value={plan}
              options={[{ value: ANY_PLAN, label: "Whatever the caller’s plan" }, ...plans]}
              onChange={(event) => setPlan(event.target.value)}
            />
          </Field>
        )}
        {isStale && <p className="text-sm text-watch">As it was saved; your changes are not in it yet.</p>}
        {chain.isError && <ErrorState error={chain.error} onRetry={() => void chain.refetch()} />}
        {chain.isPending && key !== "" && <SkeletonLines lines={4} />}
        {chain.data !== undefined && <Steps steps={chain.data.steps} />}
        {plan === ANY_PLAN && (
          <p className="text-xs text-text-faint">
            Policies of the caller’s plan join in once the subscription is known.
          </p>
        )}
      </div>
    </Card>
  );
}

/** The plans that offer an API version, as choices. */
function usePlansOf(api: string, version: string) {
  const products = useQuery(queries.products({ api, limit: 100 }));
  return (products.data?.items ?? [])
    .filter(({ versions }) => versions.some((one) => one.api === api && one.version === version))
    .flatMap((product) =>
      product.plans.map((plan) => ({
        value: `${product.slug}/${plan.slug}`,
        label: `Under ${product.name}, ${plan.name}`,
      })),
    );
}

function Steps({ steps }: { steps: Chain["steps"] }) {
  return (
    <ol className="flex flex-col">
      {steps.map((step, index) => (
        <li key={index} className="relative flex gap-3 pb-3 last:pb-0">
          <span className="grid size-5 shrink-0 place-items-center rounded-full border bg-surface text-xs text-text-muted tabular-nums">
            {index + 1}
          </span>
          <div className="min-w-0">
            <p className="flex flex-wrap items-center gap-2 text-sm">
              <span className="font-medium">{step.title}</span>
              <Badge>{ORIGINS[step.from]}</Badge>
            </p>
            {summariseConfig(step.config) !== "" && (
              <p className="line-clamp-2 text-xs break-words text-text-muted">{summariseConfig(step.config)}</p>
            )}
            {step.takes.length > 0 && (
              <ul aria-label={`What ${step.title} has come to`} className="text-xs break-words text-text-muted">
                {step.takes.map((line) => (
                  <li key={line}>{line}</li>
                ))}
              </ul>
            )}
          </div>
        </li>
      ))}
    </ol>
  );
}

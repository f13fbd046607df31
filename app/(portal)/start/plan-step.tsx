"use client";

import { useState } from "react";
import { readFailure, type Failure } from "@/components/forms/read-failure";
import { formatLimit } from "@/components/format/format-limit";
import { SubscriptionBadge } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";
import { ErrorState } from "@/components/ui/error-state";
import { Field } from "@/components/ui/field";
import { ProblemList } from "@/components/ui/problem-list";
import { RadioCards } from "@/components/ui/radio-cards";
import { Select } from "@/components/ui/select";
import { SkeletonLines } from "@/components/ui/skeleton";
import { Step } from "@/components/ui/steps";
import type { Application, Subscription } from "@/lib/api-schemas/applications";
import type { CatalogueApi, CataloguePlan } from "@/lib/api-schemas/portal";
import { useCatalogue } from "../_parts/queries";
import { useSubscribe } from "../_parts/subscribe-dialog";

export interface PlanStepProps {
  application: Application | undefined;
  subscription: Subscription | undefined;
  isLoading: boolean;
  preferredApi: string | null;
  onSubscribed: () => void;
  onChooseOther: () => void;
}

/** Step 2: what the program may call, and how often. Done by itself when it is subscribed already. */
export function PlanStep({
  application,
  subscription,
  isLoading,
  preferredApi,
  onSubscribed,
  onChooseOther,
}: PlanStepProps) {
  if (application === undefined) {
    return <Step number={2} title="Plan" state="waiting" summary="What it may call, and how often." />;
  }
  if (isLoading) {
    return (
      <Step number={2} title="Plan" state="current">
        <SkeletonLines lines={3} />
      </Step>
    );
  }
  if (subscription !== undefined) {
    return (
      <Step
        number={2}
        title="Plan"
        state={subscription.state === "active" ? "done" : "current"}
        action={
          <Button size="small" variant="ghost" onClick={onChooseOther}>
            Another plan
          </Button>
        }
      >
        <Chosen subscription={subscription} />
      </Step>
    );
  }
  return (
    <Step number={2} title="Plan" state="current" summary="What it may call, and how often.">
      <PlanChoice application={application} preferredApi={preferredApi} onSubscribed={onSubscribed} />
    </Step>
  );
}

function Chosen({ subscription }: { subscription: Subscription }) {
  return (
    <div className="flex flex-col gap-1">
      <p className="flex flex-wrap items-center gap-2">
        <span className="font-medium">{subscription.plan.name}</span>
        <span className="text-text-muted">of {subscription.product.name}</span>
        <SubscriptionBadge state={subscription.state} />
      </p>
      <p className="text-sm text-text-muted">
        {[
          subscription.apis.map((api) => `${api.apiName} ${api.version}`).join(", "),
          ...subscription.plan.limits.map(formatLimit),
        ].join(" · ")}
      </p>
      {subscription.state === "pending" && (
        <p className="text-sm text-text-muted">The owner decides. This page goes on by itself once you are let in.</p>
      )}
    </div>
  );
}

type PlanChoiceProps = Pick<PlanStepProps, "preferredApi" | "onSubscribed"> & { application: Application };

function PlanChoice(props: PlanChoiceProps) {
  const catalogue = useCatalogue("");
  const offered = catalogue.data?.pages.flatMap((page) => page.items).filter((api) => api.plans.length > 0);
  if (offered === undefined) {
    return catalogue.isError ? (
      <ErrorState error={catalogue.error} onRetry={() => void catalogue.refetch()} />
    ) : (
      <SkeletonLines lines={3} />
    );
  }
  const first = offered[0];
  if (first === undefined) {
    return (
      <p className="text-text-muted">
        No API is offered with a plan yet. As soon as an owner publishes one, you can choose it here.
      </p>
    );
  }
  return <LoadedChoice {...props} offered={offered} first={first} />;
}

interface LoadedChoiceProps extends PlanChoiceProps {
  offered: readonly CatalogueApi[];
  first: CatalogueApi;
}

function LoadedChoice({ application, preferredApi, onSubscribed, offered, first }: LoadedChoiceProps) {
  const [slug, setSlug] = useState(preferredApi);
  const [wantedPlan, setWantedPlan] = useState<string>();
  const [failure, setFailure] = useState<Failure>();
  const subscribe = useSubscribe();
  // What can be called today comes before what is only announced.
  const usual = offered.find((api) => api.versions.some((version) => version.published)) ?? first;
  const api = offered.find((candidate) => candidate.slug === slug) ?? usual;
  const plan = api.plans.find((candidate) => planKey(candidate) === wantedPlan) ?? api.plans[0];

  const submit = async () => {
    if (plan === undefined) {
      return;
    }
    setFailure(undefined);
    try {
      await subscribe.mutateAsync({ application: application.id, product: plan.product, plan: plan.slug });
      onSubscribed();
    } catch (error) {
      setFailure(readFailure(error));
    }
  };
  return (
    <div className="flex flex-col gap-3">
      {failure !== undefined && <ProblemList {...failure} />}
      <Field label="API" className="max-w-sm">
        <Select
          value={api.slug}
          onChange={(event) => {
            setSlug(event.target.value);
            setWantedPlan(undefined);
          }}
          options={offered.map((each) => ({ value: each.slug, label: each.name }))}
        />
      </Field>
      <RadioCards
        label="Plan"
        value={plan === undefined ? undefined : planKey(plan)}
        onChange={setWantedPlan}
        options={api.plans.map((each) => ({ value: planKey(each), label: each.name, detail: planDetail(each) }))}
      />
      <div>
        <Button variant="primary" isLoading={subscribe.isPending} onClick={() => void submit()}>
          Subscribe
        </Button>
      </div>
    </div>
  );
}

function planKey(plan: CataloguePlan): string {
  return `${plan.product}/${plan.slug}`;
}

function planDetail(plan: CataloguePlan): string {
  const limits = plan.limits.length === 0 ? "No limit on calls" : plan.limits.map(formatLimit).join(", ");
  return plan.approval === "manual" ? `${limits}. The owner approves.` : `${limits}.`;
}

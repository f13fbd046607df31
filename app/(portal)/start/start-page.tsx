"use client";

import { usePathname, useRouter, useSearchParams } from "next/navigation";
import { useState } from "react";
import { Card } from "@/components/ui/card";
import { ErrorState } from "@/components/ui/error-state";
import { PageHeader } from "@/components/ui/page-header";
import { SkeletonLines } from "@/components/ui/skeleton";
import type { Application, Subscription } from "@/lib/api-schemas/applications";
import { useApplications, useSubscriptions } from "../_parts/queries";
import { useSessionKey } from "../_parts/session-key";
import { ApplicationStep } from "./application-step";
import { FirstCallStep } from "./first-call-step";
import { KeyStep } from "./key-step";
import { PlanStep } from "./plan-step";
import { useSeenCalls } from "./use-seen-calls";

/** Application, plan, key, call: each step fills itself in from what is already there. The choices live in the URL. */
export function StartPage() {
  const list = useApplications();
  const own = list.data?.pages.flatMap((page) => page.items);
  return (
    <>
      <PageHeader title="Get started" description="Three steps to a key, and one call to prove it." />
      {own !== undefined ? (
        <Steps own={own} />
      ) : list.isError ? (
        <Card>
          <ErrorState error={list.error} onRetry={() => void list.refetch()} />
        </Card>
      ) : (
        <SkeletonLines lines={8} className="max-w-3xl" />
      )}
    </>
  );
}

function Steps({ own }: { own: readonly Application[] }) {
  const [wanted, setWanted] = useSearchChoice("application");
  const [api] = useSearchChoice("api");
  const [isChoosingPlan, setIsChoosingPlan] = useState(false);
  const [sessionKey] = useSessionKey();
  const application = own.find((candidate) => candidate.id === wanted) ?? own[0];
  const subscriptions = useSubscriptions(application?.id);
  const calls = useSeenCalls(application?.id);
  const subscription = isChoosingPlan ? undefined : pickSubscription(subscriptions.data?.items ?? [], api);
  const key = application !== undefined && sessionKey?.application === application.id ? sessionKey.key : undefined;
  return (
    <ol className="max-w-3xl">
      <ApplicationStep own={own} application={application} onChoose={setWanted} />
      <PlanStep
        application={application}
        subscription={subscription}
        isLoading={application !== undefined && subscriptions.data === undefined}
        preferredApi={api}
        onSubscribed={() => setIsChoosingPlan(false)}
        onChooseOther={() => setIsChoosingPlan(true)}
      />
      <KeyStep application={application} subscription={subscription} secret={key} isInUse={calls.served > 0} />
      <FirstCallStep application={application} subscription={subscription} secret={key} calls={calls} />
    </ol>
  );
}

/** The subscription to go on with: one that covers the API one came for, working before waiting, newest first. */
function pickSubscription(all: readonly Subscription[], api: string | null): Subscription | undefined {
  const open = all.filter((subscription) => subscription.state === "active" || subscription.state === "pending");
  const fitting =
    api === null ? open : open.filter((subscription) => subscription.apis.some((each) => each.api === api));
  return fitting.find((subscription) => subscription.state === "active") ?? fitting[0];
}

/** A choice kept in the URL's search. */
function useSearchChoice(name: string): [string | null, (value: string) => void] {
  const router = useRouter();
  const pathname = usePathname();
  const search = useSearchParams();
  const choose = (value: string) => {
    const next = new URLSearchParams(search);
    next.set(name, value);
    router.replace(`${pathname}?${next.toString()}`, { scroll: false });
  };
  return [search.get(name), choose];
}

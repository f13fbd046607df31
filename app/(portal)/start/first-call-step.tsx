"use client";

import { ArrowRight } from "lucide-react";
import Link from "next/link";
import { formatCount, formatPlural } from "@/components/format/format-number";
import { Button } from "@/components/ui/button";
import { classNames } from "@/components/ui/class-names";
import { CodeBlock } from "@/components/ui/code-block";
import { Skeleton } from "@/components/ui/skeleton";
import { Step } from "@/components/ui/steps";
import type { Application, Subscription } from "@/lib/api-schemas/applications";
import { useOperations, usePortal } from "../_parts/queries";
import { curlLine, samplePath } from "../_parts/sample-call";
import type { SeenCalls } from "./use-seen-calls";

export interface FirstCallStepProps {
  application: Application | undefined;
  subscription: Subscription | undefined;
  secret: string | undefined;
  calls: SeenCalls;
}

/** The proof: a curl line with the real key, and a light that turns green when the gateway has seen the call. */
export function FirstCallStep({ application, subscription, secret, calls }: FirstCallStepProps) {
  if (application === undefined || subscription === undefined || (secret === undefined && calls.total === 0)) {
    return <Step number={4} title="First call" state="waiting" summary="One line in a terminal." />;
  }
  const isDone = calls.served > 0;
  const api = subscription.apis[0];
  return (
    <Step number={4} title="First call" state={isDone ? "done" : "current"}>
      <div className="flex flex-col gap-3">
        {api !== undefined && <CurlLine api={api} secret={secret} />}
        <Light calls={calls} isPending={subscription.state === "pending"} />
        {isDone && (
          <div className="flex flex-wrap gap-2">
            <Button asChild variant="primary">
              <Link href={`/applications/${application.id}?range=1h`}>
                See its usage
                <ArrowRight aria-hidden="true" />
              </Link>
            </Button>
            {api !== undefined && (
              <Button asChild>
                <Link href={`/apis/${api.api}/reference?version=${api.version}`}>Open the reference</Link>
              </Button>
            )}
          </div>
        )}
      </div>
    </Step>
  );
}

function CurlLine({ api, secret }: { api: Subscription["apis"][number]; secret: string | undefined }) {
  const portal = usePortal();
  const operations = useOperations(api.api, api.version);
  // Half a line must not be there to be copied: the address and the path come with two answers.
  if (portal.data === undefined || operations.isPending) {
    return <Skeleton className="h-20 w-full" />;
  }
  const line = curlLine(api, samplePath(operations.data?.items ?? []), portal.data.keyHeader, secret);
  return <CodeBlock title="Run this in a terminal" code={line} wrap />;
}

function Light({ calls, isPending }: { calls: SeenCalls; isPending: boolean }) {
  const { tone, text } = describe(calls, isPending);
  return (
    <p role="status" className="flex min-h-6 items-center gap-2.5">
      <span className="relative grid size-3 shrink-0 place-items-center" aria-hidden="true">
        {tone === "waiting" && <span className="absolute size-3 animate-ping rounded-full bg-text-faint opacity-40" />}
        <span
          className={classNames(
            "size-3 rounded-full",
            tone === "ok" && "bg-ok",
            tone === "watch" && "bg-watch",
            tone === "waiting" && "bg-text-faint",
          )}
        />
      </span>
      <span className={tone === "ok" ? "font-medium" : "text-text-muted"}>{text}</span>
    </p>
  );
}

function describe(calls: SeenCalls, isPending: boolean): { tone: "ok" | "watch" | "waiting"; text: string } {
  if (calls.served > 0) {
    return { tone: "ok", text: `It works: the gateway has seen ${formatPlural(calls.served, "call")}.` };
  }
  if (calls.failed > 0) {
    return {
      tone: "watch",
      text: "The gateway has seen your call, but the server behind the API failed. That is its owner’s to mend.",
    };
  }
  if (calls.refused > 0) {
    return {
      tone: "watch",
      text: `The gateway has refused ${formatCount(calls.refused)} of your calls. The answer of the call says why.`,
    };
  }
  return {
    tone: "waiting",
    text: isPending ? "Calls are refused until the owner has approved." : "Waiting for the first call…",
  };
}

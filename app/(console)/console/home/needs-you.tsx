"use client";

import { CircleCheck } from "lucide-react";
import Link from "next/link";
import { Card } from "@/components/ui/card";
import { EmptyState } from "@/components/ui/empty-state";
import { ErrorState } from "@/components/ui/error-state";
import { SkeletonLines } from "@/components/ui/skeleton";
import { TONE_ICONS } from "@/components/ui/badge";
import { classNames } from "@/components/ui/class-names";
import { useNeeds, type Need } from "./use-needs";

const TONE_TEXT: Record<Need["tone"], string> = { broken: "text-broken", watch: "text-watch", info: "text-info" };

/** What waits for this person, worst first, each with the page where it is settled. */
export function NeedsYou({ environment }: { environment: string }) {
  const { needs, isLoading, error, onRetry } = useNeeds(environment);
  return (
    <Card title="Needs you" isFlush>
      {isLoading && needs.length === 0 ? (
        <SkeletonLines lines={4} className="p-4" />
      ) : needs.length === 0 && error !== null ? (
        <ErrorState error={error} onRetry={onRetry} />
      ) : needs.length === 0 ? (
        <EmptyState icon={CircleCheck} title="Nothing waits for you">
          Requests to approve, nodes with problems, APIs not published and keys about to expire appear here.
        </EmptyState>
      ) : (
        <ul>
          {needs.map((need) => (
            <NeedLine key={need.id} need={need} />
          ))}
        </ul>
      )}
    </Card>
  );
}

function NeedLine({ need }: { need: Need }) {
  const Icon = TONE_ICONS[need.tone];
  return (
    <li className="relative flex items-start gap-2.5 border-b px-4 py-2.5 last:border-b-0 hover:bg-hover">
      <Icon className={classNames("mt-0.5 size-4 shrink-0", TONE_TEXT[need.tone])} aria-hidden="true" />
      <div className="min-w-0 flex-1">
        <Link href={need.href} className="text-sm font-medium after:absolute after:inset-0">
          {need.title}
        </Link>
        {need.detail !== undefined && (
          <p className="text-sm break-words text-text-muted first-letter:uppercase">{need.detail}</p>
        )}
      </div>
      <span className="shrink-0 text-sm text-accent-text max-sm:hidden" aria-hidden="true">
        {need.action}
      </span>
    </li>
  );
}

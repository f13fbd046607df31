import { CircleCheck, Clock, Gauge } from "lucide-react";
import type { ReactNode } from "react";
import { formatDurationMs } from "@/components/format/format-duration";
import { formatLimit, formatLimitDetail, type LimitInWords } from "@/components/format/format-limit";
import { formatDigits } from "@/components/format/format-number";

/** What a plan must have to be shown. */
export interface PlanToShow {
  readonly name: string;
  readonly productName: string;
  readonly description: string;
  readonly approval: "automatic" | "manual";
  readonly limits: readonly (LimitInWords & { readonly name: string; readonly mode?: string | undefined })[];
  readonly slaTier: {
    readonly name: string;
    readonly availabilityPercent: number;
    readonly p95LatencyMs: number;
    readonly errorSharePercent: number;
    readonly supportText: string;
  } | null;
}

export interface PlanCardProps {
  plan: PlanToShow;
  /** The button to subscribe, or what came of it. */
  action?: ReactNode;
  showProduct?: boolean;
}

/** A plan as it is offered: what it allows, what is promised, how one gets in. */
export function PlanCard({ plan, action, showProduct = false }: PlanCardProps) {
  return (
    <article aria-label={`Plan ${plan.name}`} className="flex min-w-0 flex-col rounded-md border bg-surface">
      <div className="flex flex-1 flex-col gap-4 p-4">
        <header>
          <h2 className="text-lg font-semibold">{plan.name}</h2>
          {showProduct && <p className="text-sm text-text-muted">{plan.productName}</p>}
          {plan.description !== "" && <p className="mt-1 text-sm text-text-muted">{plan.description}</p>}
        </header>
        <PlanLimits limits={plan.limits} />
        {plan.slaTier !== null && <Objectives tier={plan.slaTier} />}
      </div>
      <footer className="flex min-h-12 flex-wrap items-center justify-between gap-2 border-t px-4 py-2">
        <ApprovalNote approval={plan.approval} />
        {action}
      </footer>
    </article>
  );
}

/** The limits of a plan, one sentence each. */
export function PlanLimits({ limits: all }: { limits: PlanToShow["limits"] }) {
  // One that refuses nothing is nothing to reckon with.
  const limits = all.filter(({ mode }) => mode !== "shadow");
  if (limits.length === 0) {
    return <p className="text-sm text-text-muted">No limit on calls.</p>;
  }
  return (
    <ul className="flex flex-col gap-2">
      {limits.map((limit) => (
        <li key={limit.name} className="flex gap-2">
          <Gauge className="mt-0.5 size-4 shrink-0 text-text-faint" aria-hidden="true" />
          <div className="min-w-0">
            <p className="font-medium">{formatLimit(limit)}</p>
            <p className="text-xs text-text-faint">{formatLimitDetail(limit)}</p>
          </div>
        </li>
      ))}
    </ul>
  );
}

function Objectives({ tier }: { tier: NonNullable<PlanToShow["slaTier"]> }) {
  const facts = [
    ["Available", `${formatDigits(tier.availabilityPercent, 3)} %`],
    ["p95 latency", `≤ ${formatDurationMs(tier.p95LatencyMs)}`],
    ["Failed calls", `≤ ${formatDigits(tier.errorSharePercent, 3)} %`],
  ] as const;
  return (
    <div>
      <p className="mb-1 text-xs font-medium text-text-muted">{tier.name} service level</p>
      <dl className="flex flex-wrap gap-x-6 gap-y-2 text-sm">
        {facts.map(([label, value]) => (
          <div key={label}>
            <dt className="text-xs text-text-faint">{label}</dt>
            <dd className="tabular-nums">{value}</dd>
          </div>
        ))}
      </dl>
      {tier.supportText !== "" && <p className="mt-2 text-sm text-text-muted">{tier.supportText}</p>}
    </div>
  );
}

function ApprovalNote({ approval }: { approval: PlanToShow["approval"] }) {
  const isAutomatic = approval === "automatic";
  const Icon = isAutomatic ? CircleCheck : Clock;
  return (
    <span className="inline-flex items-center gap-1.5 text-xs text-text-muted">
      <Icon className="size-3.5" aria-hidden="true" />
      {isAutomatic ? "Works at once" : "The owner approves"}
    </span>
  );
}

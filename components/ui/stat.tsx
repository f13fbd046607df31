import { ArrowDown, ArrowUp, Minus } from "lucide-react";
import Link from "next/link";
import type { ReactNode } from "react";
import { Sparkline } from "@/components/charts/sparkline";
import { formatShare } from "@/components/format/format-number";
import { classNames } from "./class-names";
import { Skeleton } from "./skeleton";

export interface StatProps {
  label: string;
  /** Formatted, with its unit. Undefined while loading. */
  value: ReactNode | undefined;
  /** What the value means or is measured over, when the label does not say it. */
  note?: ReactNode;
  sparkline?: readonly number[];
  /** The relative change against the range before (0.1 is +10 %), and whether more is good. */
  change?: { readonly ratio: number; readonly moreIs: "good" | "bad" | "neutral" };
  tone?: "accent" | "broken" | "muted";
  href?: string;
}

/** One number with its course and its change. */
export function Stat({ label, value, note, sparkline, change, tone = "accent", href }: StatProps) {
  return (
    <div className="relative flex min-w-0 flex-col rounded-md border bg-surface p-4 pb-3 has-[a:hover]:border-line-strong">
      <div className="text-sm text-text-muted">
        {href === undefined ? (
          label
        ) : (
          <Link href={href} className="after:absolute after:inset-0 after:rounded-md">
            {label}
          </Link>
        )}
      </div>
      <div className="mt-1 flex h-7 items-baseline gap-1.5 whitespace-nowrap">
        {value === undefined ? (
          <Skeleton className="h-6 w-20 self-center" />
        ) : (
          <>
            <span className="text-xl font-semibold tabular-nums max-sm:text-lg">{value}</span>
            {change !== undefined && <Change {...change} />}
          </>
        )}
      </div>
      {note !== undefined && <div className="min-h-4 text-xs text-text-faint">{note}</div>}
      {sparkline !== undefined && <Sparkline values={sparkline} tone={tone} className="mt-2" />}
    </div>
  );
}

function Change({ ratio, moreIs }: { ratio: number; moreIs: "good" | "bad" | "neutral" }) {
  const isFlat = Math.abs(ratio) < 0.005;
  const isGood = moreIs === "neutral" || isFlat ? undefined : ratio > 0 === (moreIs === "good");
  const Icon = isFlat ? Minus : ratio > 0 ? ArrowUp : ArrowDown;
  const direction = isFlat ? "unchanged" : ratio > 0 ? "up" : "down";
  return (
    <span
      className={classNames(
        "inline-flex items-center text-xs tabular-nums",
        isGood === undefined ? "text-text-faint" : isGood ? "text-ok" : "text-broken",
      )}
    >
      <Icon className="size-3" aria-hidden="true" />
      <span className="sr-only">{direction} </span>
      {formatShare(Math.abs(ratio))}
    </span>
  );
}

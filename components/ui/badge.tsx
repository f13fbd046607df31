import {
  CircleAlert,
  CircleCheck,
  CircleDashed,
  CircleMinus,
  Info,
  TriangleAlert,
  type LucideIcon,
} from "lucide-react";
import type { ReactNode } from "react";
import { classNames } from "./class-names";

export type Tone = "ok" | "watch" | "broken" | "info" | "off";

const TONE_STYLES: Record<Tone, string> = {
  ok: "bg-ok-soft text-ok",
  watch: "bg-watch-soft text-watch",
  broken: "bg-broken-soft text-broken",
  info: "bg-info-soft text-info",
  off: "bg-off-soft text-off",
};

export const TONE_ICONS: Record<Tone, LucideIcon> = {
  ok: CircleCheck,
  watch: TriangleAlert,
  broken: CircleAlert,
  info: Info,
  off: CircleMinus,
};

const badgeStyles =
  "inline-flex h-5 items-center gap-1 rounded-sm px-1.5 text-xs font-medium whitespace-nowrap align-middle";

/** A neutral label: a version, a role, a tier. Says nothing about health; that is StatusBadge. */
export function Badge({ children, className }: { children: ReactNode; className?: string }) {
  return <span className={classNames(badgeStyles, "border bg-sunken text-text-muted", className)}>{children}</span>;
}

export interface StatusBadgeProps {
  tone: Tone;
  /** The word. Colour and icon only repeat it. */
  children: ReactNode;
  icon?: LucideIcon;
  className?: string;
}

/** A state: icon, word and colour, never colour alone. */
export function StatusBadge({ tone, children, icon, className }: StatusBadgeProps) {
  const Icon = icon ?? TONE_ICONS[tone];
  return (
    <span className={classNames(badgeStyles, TONE_STYLES[tone], className)}>
      <Icon className="size-3.5 shrink-0" aria-hidden="true" />
      {children}
    </span>
  );
}

const SUBSCRIPTION_STATES: Record<string, { tone: Tone; word: string; icon?: LucideIcon }> = {
  pending: { tone: "watch", word: "Waiting", icon: CircleDashed },
  active: { tone: "ok", word: "Active" },
  paused: { tone: "watch", word: "Paused" },
  rejected: { tone: "broken", word: "Rejected" },
  closed: { tone: "off", word: "Closed" },
};

/** The state of a subscription, in the words used everywhere. */
export function SubscriptionBadge({ state }: { state: string }) {
  const known = SUBSCRIPTION_STATES[state];
  return (
    <StatusBadge tone={known?.tone ?? "off"} icon={known?.icon}>
      {known?.word ?? state}
    </StatusBadge>
  );
}

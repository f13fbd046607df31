import { classNames } from "./class-names";

export interface InlineBarProps {
  /** 0 to 1: this row's share of the largest row. */
  share: number;
  tone?: "accent" | "broken";
  className?: string;
}

/** A bar behind or beside a number in a table, so that the eye can compare rows. */
export function InlineBar({ share, tone = "accent", className }: InlineBarProps) {
  const percent = Math.max(0, Math.min(1, share)) * 100;
  return (
    <span
      className={classNames("inline-block h-1.5 w-16 overflow-hidden rounded-full bg-sunken", className)}
      aria-hidden="true"
    >
      <span
        className={classNames("block h-full rounded-full", tone === "accent" ? "bg-accent" : "bg-broken")}
        style={{ width: `${percent}%`, minWidth: percent > 0 ? 2 : 0 }}
      />
    </span>
  );
}

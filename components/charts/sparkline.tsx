import { classNames } from "@/components/ui/class-names";

export interface SparklineProps {
  values: readonly number[];
  tone?: "accent" | "broken" | "muted";
  className?: string;
}

const TONES = { accent: "text-accent", broken: "text-broken", muted: "text-text-faint" };
const WIDTH = 100;
const HEIGHT = 28;

/** The course of a number, without axes; the number itself stands beside it. */
export function Sparkline({ values, tone = "accent", className }: SparklineProps) {
  const line = drawLine(values);
  return (
    <svg
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      preserveAspectRatio="none"
      className={classNames("h-7 w-full", TONES[tone], className)}
      aria-hidden="true"
    >
      {line !== undefined && (
        <>
          <path d={`${line} L${WIDTH},${HEIGHT} L0,${HEIGHT} Z`} fill="currentColor" opacity="0.12" />
          <path d={line} fill="none" stroke="currentColor" strokeWidth="1.5" vectorEffect="non-scaling-stroke" />
        </>
      )}
    </svg>
  );
}

function drawLine(values: readonly number[]): string | undefined {
  if (values.length < 2) {
    return undefined;
  }
  const highest = Math.max(...values, 0);
  const step = WIDTH / (values.length - 1);
  return values
    .map((value, index) => {
      // A flat zero lies on the ground instead of in the middle, so that "nothing" looks like nothing.
      const height = highest === 0 ? 0 : (value / highest) * (HEIGHT - 3);
      return `${index === 0 ? "M" : "L"}${(index * step).toFixed(2)},${(HEIGHT - 1.5 - height).toFixed(2)}`;
    })
    .join(" ");
}

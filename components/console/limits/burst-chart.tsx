"use client";

import { useMemo } from "react";
import { formatSeconds, formatWindow } from "@/components/format/format-duration";
import { formatCount } from "@/components/format/format-number";
import { simulateLimit, type SimulatedLimit, type Simulation } from "./simulate-limit";

const WIDTH = 288;
const HEIGHT = 72;

/** A burst against a limit, drawn by the code that enforces it: what gets through, what is refused, where the windows begin. */
export function BurstChart({ limit }: { limit: SimulatedLimit }) {
  const { algorithm, burst, quota, windowSeconds } = limit;
  const simulation = useMemo(
    () => simulateLimit({ algorithm, burst, quota, windowSeconds }),
    [algorithm, burst, quota, windowSeconds],
  );
  const span = formatWindow(windowSeconds);
  const inAny = /^\d/.test(span) ? `any ${span}` : `any one ${span}`;
  const most = formatCount(simulation.mostInOneWindow);
  return (
    <figure className="min-w-0">
      <div
        role="img"
        aria-label={`A burst of ${formatCount(simulation.sent)} calls: ${formatCount(simulation.admitted)} admitted, at most ${most} in ${inAny}`}
      >
        <Bars simulation={simulation} windowSeconds={windowSeconds} />
        <div className="relative mt-1 h-4 text-xs whitespace-nowrap text-text-faint tabular-nums" aria-hidden="true">
          <span className="absolute left-0">0</span>
          <span className="absolute left-1/3 -translate-x-1/2">{formatSeconds(windowSeconds)}</span>
          <span className="absolute left-2/3 -translate-x-1/2">{formatSeconds(2 * windowSeconds)}</span>
          <span className="absolute right-0">{formatSeconds(3 * windowSeconds)}</span>
        </div>
      </div>
      <figcaption className="mt-1.5 flex flex-col gap-1 text-xs text-text-muted">
        <span className="flex flex-wrap gap-x-3" aria-hidden="true">
          <Key color="var(--accent)" word="Admitted" />
          <Key color="var(--line-strong)" word="Refused" />
        </span>
        <span>
          Somebody calls twice as fast as allowed: at most <strong className="font-medium text-text">{most}</strong> get
          through in {inAny}.
        </span>
      </figcaption>
    </figure>
  );
}

function Bars({ simulation, windowSeconds }: { simulation: Simulation; windowSeconds: number }) {
  const highest = Math.max(1, ...simulation.steps.map((step) => step.admitted + step.refused));
  const width = WIDTH / simulation.steps.length;
  const scale = (HEIGHT - 4) / highest;
  return (
    <svg
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      preserveAspectRatio="none"
      className="h-18 w-full border-b border-line-strong"
      aria-hidden="true"
    >
      {[1, 2].map((index) => {
        const x = ((index * windowSeconds) / simulation.seconds) * WIDTH;
        return (
          <line
            key={index}
            x1={x}
            x2={x}
            y1={0}
            y2={HEIGHT}
            stroke="var(--line-strong)"
            strokeDasharray="2 3"
            vectorEffect="non-scaling-stroke"
          />
        );
      })}
      {simulation.steps.map((step, index) => {
        const admitted = step.admitted * scale;
        const refused = step.refused * scale;
        return (
          <g key={index}>
            <rect
              x={index * width + 0.5}
              width={width - 1}
              y={HEIGHT - admitted - refused}
              height={refused}
              fill="var(--line-strong)"
              opacity={0.55}
            />
            <rect
              x={index * width + 0.5}
              width={width - 1}
              y={HEIGHT - admitted}
              height={admitted}
              fill="var(--accent)"
            />
          </g>
        );
      })}
    </svg>
  );
}

function Key({ color, word }: { color: string; word: string }) {
  return (
    <span className="inline-flex items-center gap-1.5">
      <span className="size-2 rounded-sm" style={{ background: color }} />
      {word}
    </span>
  );
}

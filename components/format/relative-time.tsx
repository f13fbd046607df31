"use client";

import { useSyncExternalStore } from "react";
import { Tooltip } from "@/components/ui/tooltip";
import { formatExactTime, formatRelative } from "./format-time";

export interface RelativeTimeProps {
  /** ISO 8601 text, milliseconds since 1970, or a Date. */
  time: string | number | Date;
  className?: string;
}

/** "3 minutes ago", kept current, with the exact time in the viewer's zone on hover. */
export function RelativeTime({ time, className }: RelativeTimeProps) {
  const now = useNow();
  const moment = new Date(time);
  return (
    <Tooltip content={<ExactTime moment={moment} />}>
      {/* Server and browser read different clocks; the browser's wins at hydration. */}
      <time dateTime={moment.toISOString()} className={className} suppressHydrationWarning>
        {formatRelative(moment, now)}
      </time>
    </Tooltip>
  );
}

// A component of its own, so that the exact text is made only when the tooltip opens.
function ExactTime({ moment }: { moment: Date }) {
  return <span className="tabular-nums">{formatExactTime(moment)}</span>;
}

const TICK_MS = 10_000;
const listeners = new Set<() => void>();
let now = new Date();
let timer: ReturnType<typeof setInterval> | undefined;

/** The current time, moving every ten seconds; one timer for the whole page. */
function useNow(): Date {
  return useSyncExternalStore(subscribe, readNow, readNow);
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  timer ??= setInterval(tick, TICK_MS);
  return () => {
    listeners.delete(listener);
    if (listeners.size === 0) {
      clearInterval(timer);
      timer = undefined;
    }
  };
}

function tick(): void {
  now = new Date();
  for (const listener of listeners) {
    listener();
  }
}

function readNow(): Date {
  // The snapshot must be the same object between ticks, yet not minutes old where no timer ran (the server, a page just opened).
  if (Date.now() - now.getTime() > TICK_MS) {
    now = new Date();
  }
  return now;
}

"use client";

import { CalendarRange } from "lucide-react";
import { usePathname, useRouter, useSearchParams } from "next/navigation";
import { Popover } from "radix-ui";
import { useState, type ReactNode } from "react";
import { formatExactTime } from "@/components/format/format-time";
import {
  PRESETS,
  readTimeRange,
  resolveTimeRange,
  writeTimeRange,
  type PresetId,
  type TimeRange,
} from "@/components/format/time-range";
import { Button } from "./button";
import { classNames } from "./class-names";
import { Field } from "./field";
import { Input } from "./input";

/** The range in the URL, and a way to change it that keeps the other filters. */
export function useTimeRange(fallback: PresetId = "1h"): [TimeRange, (range: TimeRange) => void] {
  const router = useRouter();
  const pathname = usePathname();
  const search = useSearchParams();
  const range = readTimeRange(search, fallback);
  const setRange = (next: TimeRange) =>
    router.replace(`${pathname}?${writeTimeRange(search, next).toString()}`, { scroll: false });
  return [range, setRange];
}

/** Presets in one click, any two moments in a few more. The choice lives in the URL. */
export function TimeRangePicker({ fallback = "1h" }: { fallback?: PresetId }) {
  const [range, setRange] = useTimeRange(fallback);
  return (
    <div
      role="group"
      aria-label="Time range"
      className="inline-flex h-8 max-w-full items-center overflow-x-auto rounded-md border border-line-strong bg-surface p-0.5"
    >
      {PRESETS.map((preset) => (
        <RangeButton
          key={preset.id}
          isOn={range.kind === "preset" && range.id === preset.id}
          onClick={() => setRange({ kind: "preset", id: preset.id })}
        >
          <span className="max-sm:hidden">{preset.label}</span>
          <span className="sm:hidden">{preset.id}</span>
        </RangeButton>
      ))}
      <CustomRange range={range} onChange={setRange} />
    </div>
  );
}

interface RangeButtonProps {
  isOn: boolean;
  onClick: () => void;
  children: ReactNode;
}

function rangeStyles(isOn: boolean): string {
  return classNames(
    "flex h-full shrink-0 items-center gap-1 rounded-sm px-2 text-sm whitespace-nowrap text-text-muted hover:text-text",
    isOn && "bg-accent-soft font-medium text-text",
  );
}

function RangeButton({ isOn, onClick, children }: RangeButtonProps) {
  return (
    <button type="button" aria-pressed={isOn} onClick={onClick} className={rangeStyles(isOn)}>
      {children}
    </button>
  );
}

function CustomRange({ range, onChange }: { range: TimeRange; onChange: (range: TimeRange) => void }) {
  const [isOpen, setIsOpen] = useState(false);
  const isOn = range.kind === "fixed";
  return (
    <Popover.Root open={isOpen} onOpenChange={setIsOpen}>
      <Popover.Trigger className={rangeStyles(isOn)} title={isOn ? describeFixed(range) : undefined}>
        <CalendarRange className="size-4" aria-hidden="true" />
        <span className="max-sm:sr-only">Custom</span>
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Content
          align="end"
          sideOffset={6}
          collisionPadding={8}
          className="animate-float-in z-50 w-72 rounded-md border bg-raised p-3 shadow-float focus:outline-none"
        >
          <CustomRangeForm
            range={range}
            onChange={(next) => {
              onChange(next);
              setIsOpen(false);
            }}
          />
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  );
}

function CustomRangeForm({ range, onChange }: { range: TimeRange; onChange: (range: TimeRange) => void }) {
  const [resolved] = useState(() => resolveTimeRange(range, new Date()));
  const [from, setFrom] = useState(toLocalInput(resolved.from));
  const [to, setTo] = useState(toLocalInput(resolved.to));
  const isOrdered = Date.parse(from) < Date.parse(to);
  return (
    <form
      className="flex flex-col gap-3"
      onSubmit={(event) => {
        event.preventDefault();
        if (isOrdered) {
          onChange({ kind: "fixed", from: new Date(from).toISOString(), to: new Date(to).toISOString() });
        }
      }}
    >
      <Field label="From">
        <Input type="datetime-local" value={from} onChange={(event) => setFrom(event.target.value)} />
      </Field>
      <Field label="To" error={isOrdered ? undefined : "The end must be after the start."}>
        <Input type="datetime-local" value={to} onChange={(event) => setTo(event.target.value)} />
      </Field>
      <Button type="submit" variant="primary" disabled={!isOrdered}>
        Show this range
      </Button>
    </form>
  );
}

function describeFixed(range: { from: string; to: string }): string {
  return `${formatExactTime(new Date(range.from))} to ${formatExactTime(new Date(range.to))}`;
}

/** datetime-local wants wall-clock time without a zone. */
function toLocalInput(time: Date): string {
  const local = new Date(time.getTime() - time.getTimezoneOffset() * 60_000);
  return local.toISOString().slice(0, 16);
}

import { formatDigits } from "./format-number";

/** 0.42 → "0.42 ms", 0.8 → "0.80 ms", 12.3 → "12 ms", 1234 → "1.2 s", 200000 → "3 min 20 s". */
export function formatDurationMs(milliseconds: number): string {
  if (milliseconds < 10 && !Number.isInteger(milliseconds)) {
    // Trailing zeros stay, so that points stand below each other in a column.
    return `${milliseconds.toFixed(milliseconds < 1 ? 2 : 1)} ms`;
  }
  if (milliseconds < 1000) {
    return `${formatDigits(milliseconds, 0)} ms`;
  }
  if (milliseconds < 120_000) {
    return `${formatDigits(milliseconds / 1000, milliseconds < 10_000 ? 1 : 0)} s`;
  }
  return formatSeconds(milliseconds / 1000);
}

const UNITS: readonly (readonly [seconds: number, word: string])[] = [
  [86_400, "day"],
  [3600, "h"],
  [60, "min"],
  [1, "s"],
];

/** The two largest units: 3661 → "1 h 1 min". */
export function formatSeconds(seconds: number): string {
  let rest = Math.round(seconds);
  const parts: string[] = [];
  for (const [size, word] of UNITS) {
    const count = Math.floor(rest / size);
    rest -= count * size;
    if (count > 0) {
      parts.push(`${count} ${word === "day" && count !== 1 ? "days" : word}`);
    }
    if (parts.length === 2) {
      break;
    }
  }
  return parts.length === 0 ? "0 s" : parts.join(" ");
}

/** A window in the words of a limit: 60 → "minute", 10 → "10 seconds", 3600 → "hour". */
export function formatWindow(windowSeconds: number): string {
  const names: readonly (readonly [number, string])[] = [
    [86_400, "day"],
    [3600, "hour"],
    [60, "minute"],
    [1, "second"],
  ];
  for (const [size, name] of names) {
    if (windowSeconds % size === 0) {
      const count = windowSeconds / size;
      return count === 1 ? name : `${count} ${name}s`;
    }
  }
  return `${formatDigits(windowSeconds, 1)} seconds`;
}

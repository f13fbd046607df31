/** Units a window is given in. The API takes seconds; nobody thinks of a day as 86,400 of them. */
export const WINDOW_UNITS = [
  { id: "second", seconds: 1 },
  { id: "minute", seconds: 60 },
  { id: "hour", seconds: 3600 },
  { id: "day", seconds: 86_400 },
] as const;

export type WindowUnit = (typeof WINDOW_UNITS)[number]["id"];

export interface WindowInUnits {
  readonly count: number;
  readonly unit: WindowUnit;
}

/** 3600 → 1 hour, 90 → 90 seconds. */
export function toWindowUnits(windowSeconds: number): WindowInUnits {
  const unit = [...WINDOW_UNITS].reverse().find((one) => windowSeconds % one.seconds === 0) ?? WINDOW_UNITS[0];
  return { count: windowSeconds / unit.seconds, unit: unit.id };
}

export function toWindowSeconds(count: number, unit: WindowUnit): number {
  return count * (WINDOW_UNITS.find((one) => one.id === unit)?.seconds ?? 1);
}

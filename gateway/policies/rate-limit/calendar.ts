import type { CalendarPeriod } from "../../contract/bundle-types";
import type { Counter } from "./counter";
import type { Rule } from "./rule";
import { usedUnderOldLength } from "./window";

/**
 * Calendar quotas: fixed windows whose edges are those of a clock on a wall. A period begins at the first moment at which that clock shows
 * its beginning, or something later, so each moment is in exactly one period, also where clocks are set forward or back over an edge.
 */
const DAY = 86_400;
/** 1970-01-01 was a Thursday; weeks begin on Monday (ISO 8601). */
const DAYS_FROM_MONDAY = 3;

/** Brings a counter into the period that holds `nowSeconds`, and returns the time to reckon with; see rollWindow. */
export function rollCalendar(rule: Rule, counter: Counter, nowSeconds: number): number {
  const end = counter.start + counter.windowSeconds;
  if (counter.windowSeconds > 0 && nowSeconds < counter.start) {
    return counter.start;
  }
  if (nowSeconds >= rule.windowEnd || nowSeconds < rule.windowStart) {
    findPeriod(rule, nowSeconds);
  }
  if (counter.start === rule.windowStart && end === rule.windowEnd) {
    return nowSeconds;
  }
  const isOver = counter.windowSeconds > 0 && nowSeconds >= end;
  const used = isOver ? 0 : usedUnderOldLength(rule, counter, nowSeconds);
  // Whoever is killed in between leaves the old count in the new period, or a period that is looked at again.
  counter.start = rule.windowStart;
  counter.current = used;
  counter.previous = 0;
  counter.windowSeconds = rule.windowEnd - rule.windowStart;
  return nowSeconds;
}

/** Seconds until the period of the counter ends, at least 1. */
export function calendarResetSeconds(counter: Counter, nowSeconds: number): number {
  const seconds = Math.ceil(counter.start + counter.windowSeconds - nowSeconds);
  return seconds < 1 ? 1 : seconds;
}

/** Works out the period around a moment. Once per period and worker; loops are fine. */
function findPeriod(rule: Rule, nowSeconds: number): void {
  const period = rule.calendar === undefined ? "day" : rule.calendar.period;
  let local = startOfPeriod(period, nowSeconds + offsetAt(rule.zone, nowSeconds));
  let start = momentOf(rule.zone, local);
  let nextLocal = startAfter(period, local);
  let end = momentOf(rule.zone, nextLocal);
  // A clock set back over an edge shows the period before once more; it is over all the same.
  while (end <= nowSeconds) {
    local = nextLocal;
    start = end;
    nextLocal = startAfter(period, local);
    end = momentOf(rule.zone, nextLocal);
  }
  rule.windowStart = start;
  rule.windowEnd = end;
}

function offsetAt(zone: readonly number[], nowSeconds: number): number {
  let offset = zone[1] ?? 0;
  for (let index = 2; index < zone.length; index += 2) {
    if ((zone[index] ?? 0) <= nowSeconds) {
      offset = zone[index + 1] ?? 0;
    }
  }
  return offset;
}

/** The first moment at which a clock of the zone shows `local` or something later. */
function momentOf(zone: readonly number[], local: number): number {
  let moment = local - (zone[1] ?? 0);
  for (let index = 2; index < zone.length; index += 2) {
    const since = zone[index] ?? 0;
    if (moment < since) {
      return moment;
    }
    const shown = local - (zone[index + 1] ?? 0);
    moment = shown > since ? shown : since;
  }
  return moment;
}

/** Both in local seconds: what a clock shows, as if it were UTC. */
function startOfPeriod(period: CalendarPeriod, local: number): number {
  if (period === "hour") {
    return Math.floor(local / 3600) * 3600;
  }
  const day = Math.floor(local / DAY);
  if (period === "day") {
    return day * DAY;
  }
  if (period === "week") {
    return (day - ((day + DAYS_FROM_MONDAY) % 7)) * DAY;
  }
  return (day - dayOfMonth(day)) * DAY;
}

function startAfter(period: CalendarPeriod, localStart: number): number {
  if (period === "hour") {
    return localStart + 3600;
  }
  if (period === "day") {
    return localStart + DAY;
  }
  // 31 days on it is the next month, whichever month it was.
  return period === "week" ? localStart + 7 * DAY : startOfPeriod("month", localStart + 31 * DAY);
}

/**
 * Day of the month, from 0, of a day since 1970 ("days_from_civil" of Howard Hinnant's chrono-compatible date algorithms, backwards). Years
 * begin in March there, so that the odd day comes last.
 */
function dayOfMonth(day: number): number {
  const shifted = day + 719_468;
  const dayOfEra = shifted - Math.floor(shifted / 146_097) * 146_097;
  const leapDays = Math.floor(dayOfEra / 1460) - Math.floor(dayOfEra / 36_524) + Math.floor(dayOfEra / 146_096);
  const yearOfEra = Math.floor((dayOfEra - leapDays) / 365);
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const month = Math.floor((5 * dayOfYear + 2) / 153);
  return dayOfYear - Math.floor((153 * month + 2) / 5);
}

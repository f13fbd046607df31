import type { ZoneTable } from "../contract/bundle";

/**
 * Years that tables cover, by constants rather than by the clock: the same snapshot must give the same bytes. Behind the last of them a zone
 * keeps its last offset, which is wrong in summer at most, and until somebody publishes with a newer Gatehouse.
 */
const FIRST_YEAR = 2025;
const LAST_YEAR = 2050;
/** Closer than any two changes of one zone that people were ever put through, Ramadan in Morocco included. */
const STEP_SECONDS = 14 * 86_400;

const tables = new Map<string, ZoneTable>();

/** Every change of a zone's clocks from FIRST_YEAR to LAST_YEAR. @throws RangeError when there is no such zone */
export function zoneTable(name: string): ZoneTable {
  const known = tables.get(name);
  if (known !== undefined) {
    return known;
  }
  const offsetAt = offsetsOf(name);
  const from = Date.UTC(FIRST_YEAR, 0, 1) / 1000;
  const until = Date.UTC(LAST_YEAR + 1, 0, 1) / 1000;
  let offset = offsetAt(from);
  const table = [from, offset];
  for (let moment = from; moment < until; moment += STEP_SECONDS) {
    const next = offsetAt(moment + STEP_SECONDS);
    if (next !== offset) {
      table.push(findChange(offsetAt, moment, moment + STEP_SECONDS), next);
      offset = next;
    }
  }
  tables.set(name, table);
  return table;
}

/** The first second at which the offset is no longer that of `before`. */
function findChange(offsetAt: (moment: number) => number, before: number, after: number): number {
  const old = offsetAt(before);
  let low = before;
  let high = after;
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (offsetAt(middle) === old) {
      low = middle;
    } else {
      high = middle;
    }
  }
  return high;
}

/** Seconds east of UTC at a moment, by what a clock of the zone shows. */
function offsetsOf(name: string): (moment: number) => number {
  const format = new Intl.DateTimeFormat("en-US", {
    timeZone: name,
    hourCycle: "h23",
    year: "numeric",
    month: "numeric",
    day: "numeric",
    hour: "numeric",
    minute: "numeric",
    second: "numeric",
  });
  return (moment) => {
    const parts = new Map(format.formatToParts(moment * 1000).map(({ type, value }) => [type, Number(value)]));
    const part = (type: Intl.DateTimeFormatPartTypes) => parts.get(type) ?? 0;
    const shown = Date.UTC(part("year"), part("month") - 1, part("day"), part("hour"), part("minute"), part("second"));
    return shown / 1000 - moment;
  };
}

import type { ChartMark } from "@/components/charts/time-chart";
import type { ReleaseSummary } from "@/lib/api-schemas";

const LEAST_DISTANCE = 0.05;

/** Ticks for the releases that fall inside a chart. */
export function toReleaseMarks(
  releases: readonly ReleaseSummary[] | undefined,
  points: readonly { readonly time: number }[],
): ChartMark[] {
  const first = points[0]?.time;
  const last = points.at(-1)?.time;
  if (first === undefined || last === undefined) {
    return [];
  }
  const marks = (releases ?? [])
    .map((release) => ({ time: Date.parse(release.createdAt), label: `r${release.number}` }))
    .filter((mark) => mark.time >= first && mark.time <= last)
    .sort((left, right) => left.time - right.time);
  // Of releases in quick succession only the last is named: their labels would stand on each other.
  return marks.filter((mark, index) => {
    const next = marks[index + 1];
    return next === undefined || next.time - mark.time > (last - first) * LEAST_DISTANCE;
  });
}

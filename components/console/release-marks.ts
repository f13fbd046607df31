import type { ChartMark } from "@/components/charts/chart-frame";
import type { ReleaseSummary } from "@/lib/api-schemas";

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
  return (releases ?? [])
    .map((release) => ({ time: Date.parse(release.createdAt), label: `r${release.number}` }))
    .filter((mark) => mark.time >= first && mark.time <= last);
}

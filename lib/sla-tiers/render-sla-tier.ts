import "server-only";
import type { SlaTier } from "@/lib/api-schemas";
import { etagOf } from "@/lib/http/etag";
import type { Prisma } from "@/prisma/client/client";

export const slaTierSelection = {
  id: true,
  slug: true,
  name: true,
  rank: true,
  availabilityPercent: true,
  p95LatencyMs: true,
  errorSharePercent: true,
  supportText: true,
  changeCount: true,
  _count: { select: { plans: true } },
} as const satisfies Prisma.SlaTierSelect;

export type SlaTierRow = Prisma.SlaTierGetPayload<{ select: typeof slaTierSelection }>;

export function renderSlaTier(row: SlaTierRow): SlaTier {
  return {
    slug: row.slug,
    name: row.name,
    rank: row.rank,
    availabilityPercent: row.availabilityPercent,
    p95LatencyMs: row.p95LatencyMs,
    errorSharePercent: row.errorSharePercent,
    supportText: row.supportText,
    plans: row._count.plans,
    etag: etagOf(row),
  };
}

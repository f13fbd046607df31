import "server-only";
import type { Limit } from "@/lib/api-schemas";
import type { Prisma } from "@/prisma/client/client";

export const limitSelection = {
  id: true,
  name: true,
  algorithm: true,
  quota: true,
  windowSeconds: true,
  scope: true,
  burst: true,
  unit: true,
  mode: true,
  counts: true,
  header: true,
  claim: true,
  period: true,
  timeZone: true,
  costs: true,
  operationQuotas: true,
} as const satisfies Prisma.LimitSelect;

type LimitRow = Prisma.LimitGetPayload<{ select: typeof limitSelection }>;

/** Without what has its default. Only values of the contract's lists are ever written. */
export function renderLimit(row: LimitRow): Limit {
  return {
    id: row.id,
    name: row.name,
    algorithm: row.algorithm as Limit["algorithm"],
    quota: Number(row.quota),
    windowSeconds: row.windowSeconds,
    scope: row.scope as Limit["scope"],
    ...(row.burst !== null && { burst: row.burst }),
    ...(row.unit !== "requests" && { unit: row.unit as Limit["unit"] }),
    ...(row.mode !== "enforce" && { mode: row.mode as Limit["mode"] }),
    ...(row.counts !== "admitted" && { counts: row.counts as Limit["counts"] }),
    ...(row.header !== null && { header: row.header }),
    ...(row.claim !== null && { claim: row.claim }),
    ...(row.period !== null && { period: row.period as Limit["period"] }),
    ...(row.timeZone !== null && { timeZone: row.timeZone }),
    ...(hasEntries(row.costs) && { costs: row.costs }),
    ...(hasEntries(row.operationQuotas) && { operationQuotas: row.operationQuotas }),
  };
}

function hasEntries(value: Prisma.JsonValue): value is Record<string, number> {
  return typeof value === "object" && value !== null && Object.keys(value).length > 0;
}

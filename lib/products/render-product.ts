import "server-only";
import type { Plan, Product } from "@/lib/api-schemas";
import { limitSelection, renderLimit } from "./render-limit";
import { etagOf } from "@/lib/http/etag";
import { canEditApisOf, canReadApi, canReadOperations, type Actor } from "@/lib/permissions";
import type { Prisma } from "@/prisma/client/client";

export const planSelection = {
  id: true,
  slug: true,
  name: true,
  description: true,
  approval: true,
  createdAt: true,
  updatedAt: true,
  changeCount: true,
  product: { select: { slug: true, name: true } },
  slaTier: {
    select: {
      slug: true,
      name: true,
      rank: true,
      availabilityPercent: true,
      p95LatencyMs: true,
      errorSharePercent: true,
      supportText: true,
    },
  },
  limits: { orderBy: { position: "asc" }, select: limitSelection },
  subscriptions: { where: { state: { in: ["active", "pending"] } }, select: { state: true } },
} as const satisfies Prisma.PlanSelect;

export type PlanRow = Prisma.PlanGetPayload<{ select: typeof planSelection }>;

/** @param counts whether the caller may know how many subscribed: it is the owner's business */
export function renderPlan(row: PlanRow, counts: boolean): Plan {
  return {
    id: row.id,
    product: row.product.slug,
    productName: row.product.name,
    slug: row.slug,
    name: row.name,
    description: row.description,
    approval: row.approval,
    slaTier: row.slaTier,
    limits: row.limits.map(renderLimit),
    subscriptions: counts
      ? {
          active: row.subscriptions.filter(({ state }) => state === "active").length,
          pending: row.subscriptions.filter(({ state }) => state === "pending").length,
        }
      : null,
    createdAt: row.createdAt.toISOString(),
    updatedAt: row.updatedAt.toISOString(),
    etag: etagOf(row),
  };
}

export const productSelection = {
  id: true,
  slug: true,
  name: true,
  description: true,
  visibility: true,
  teamId: true,
  demo: true,
  createdAt: true,
  updatedAt: true,
  changeCount: true,
  team: { select: { slug: true, name: true } },
  versions: {
    orderBy: { apiVersionId: "asc" },
    select: {
      version: {
        select: { version: true, api: { select: { slug: true, name: true, visibility: true, teamId: true } } },
      },
    },
  },
  plans: { orderBy: { id: "asc" }, select: planSelection },
} as const satisfies Prisma.ProductSelect;

export type ProductRow = Prisma.ProductGetPayload<{ select: typeof productSelection }>;

/** Who may know how many subscribed to what a team offers. */
export function canReadCounts(actor: Actor | null, teamId: number): boolean {
  return canEditApisOf(actor, teamId) || canReadOperations(actor);
}

/** A product may offer what its reader may not see: whoever is to decide about it sees it all. */
export function renderProduct(row: ProductRow, actor: Actor | null): Product {
  const canEdit = canEditApisOf(actor, row.teamId);
  return {
    slug: row.slug,
    name: row.name,
    description: row.description,
    visibility: row.visibility,
    team: row.team,
    demo: row.demo,
    versions: row.versions
      .filter(({ version }) => canEdit || canReadApi(actor, version.api))
      .map(({ version }) => ({ api: version.api.slug, apiName: version.api.name, version: version.version })),
    plans: row.plans.map((plan) => renderPlan(plan, canReadCounts(actor, row.teamId))),
    createdAt: row.createdAt.toISOString(),
    updatedAt: row.updatedAt.toISOString(),
    etag: etagOf(row),
    canEdit,
  };
}

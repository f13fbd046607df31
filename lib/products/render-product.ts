import "server-only";
import type { LimitAlgorithm, LimitScope } from "@/gateway/contract/bundle";
import type { Limit, Plan, Product } from "@/lib/api-schemas";
import { etagOf } from "@/lib/http/etag";
import { canEditApisOf, type Actor } from "@/lib/permissions";
import type { Prisma } from "@/prisma/client/client";

export const limitSelection = {
  id: true,
  name: true,
  algorithm: true,
  quota: true,
  windowSeconds: true,
  scope: true,
} as const satisfies Prisma.LimitSelect;

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

export function renderPlan(row: PlanRow): Plan {
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
    subscriptions: {
      active: row.subscriptions.filter(({ state }) => state === "active").length,
      pending: row.subscriptions.filter(({ state }) => state === "pending").length,
    },
    createdAt: row.createdAt.toISOString(),
    updatedAt: row.updatedAt.toISOString(),
    etag: etagOf(row),
  };
}

export function renderLimit(row: Prisma.LimitGetPayload<{ select: typeof limitSelection }>): Limit {
  // Only values of the contract's lists are ever written.
  return { ...row, algorithm: row.algorithm as LimitAlgorithm, scope: row.scope as LimitScope };
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
    select: { version: { select: { version: true, api: { select: { slug: true, name: true } } } } },
  },
  plans: { orderBy: { id: "asc" }, select: planSelection },
} as const satisfies Prisma.ProductSelect;

export type ProductRow = Prisma.ProductGetPayload<{ select: typeof productSelection }>;

export function renderProduct(row: ProductRow, actor: Actor | null): Product {
  return {
    slug: row.slug,
    name: row.name,
    description: row.description,
    visibility: row.visibility,
    team: row.team,
    demo: row.demo,
    versions: row.versions.map(({ version }) => ({
      api: version.api.slug,
      apiName: version.api.name,
      version: version.version,
    })),
    plans: row.plans.map(renderPlan),
    createdAt: row.createdAt.toISOString(),
    updatedAt: row.updatedAt.toISOString(),
    etag: etagOf(row),
    canEdit: canEditApisOf(actor, row.teamId),
  };
}

import "server-only";
import { database, type Transaction } from "@/lib/database";
import { notFound } from "@/lib/errors";
import {
  canEditApisOf,
  canReadApi,
  canReadOperations,
  isAdmin,
  requirePermission,
  teamsWithRole,
  type Actor,
} from "@/lib/permissions";
import type { Prisma } from "@/prisma/client/client";

export interface ProductIdentity {
  readonly id: number;
  readonly slug: string;
  readonly name: string;
  readonly teamId: number;
  readonly changeCount: number;
}

/** Products follow the same rule of visibility as APIs. */
export function visibleProducts(actor: Actor | null): Prisma.ProductWhereInput {
  if (canReadOperations(actor)) {
    return {};
  }
  const teams = [...teamsWithRole(actor, "owner"), ...teamsWithRole(actor, "consumer")];
  return {
    OR: [{ visibility: { in: actor === null ? ["public"] : ["public", "internal"] } }, { teamId: { in: teams } }],
  };
}

export function editableProducts(actor: Actor | null): Prisma.ProductWhereInput {
  return isAdmin(actor) ? {} : { teamId: { in: teamsWithRole(actor, "owner") } };
}

/** @throws ApiError not_found, also when the actor may not see it */
export async function findProduct(
  actor: Actor | null,
  slug: string,
  db: Transaction = database(),
): Promise<ProductIdentity> {
  const product = await db.product.findUnique({
    where: { slug },
    select: { id: true, slug: true, name: true, visibility: true, teamId: true, changeCount: true },
  });
  if (product === null || !canReadApi(actor, product)) {
    throw notFound("product", slug);
  }
  return product;
}

/** @throws ApiError not_found, forbidden */
export async function findEditableProduct(
  actor: Actor,
  slug: string,
  db: Transaction = database(),
): Promise<ProductIdentity> {
  const product = await findProduct(actor, slug, db);
  requirePermission(canEditApisOf(actor, product.teamId), "Only owners of the product's team may change it.");
  return product;
}

/** @throws ApiError not_found */
export async function findPlan(
  product: ProductIdentity,
  slug: string,
  db: Transaction = database(),
): Promise<{ id: number; slug: string; name: string; changeCount: number }> {
  const plan = await db.plan.findUnique({
    where: { productId_slug: { productId: product.id, slug } },
    select: { id: true, slug: true, name: true, changeCount: true },
  });
  if (plan === null) {
    throw notFound("plan", `${product.slug}/${slug}`);
  }
  return plan;
}

import "server-only";
import type { CreatePlan, LimitInput, Page, Plan, UpdatePlan } from "@/lib/api-schemas";
import { refuseEmptyChange } from "@/lib/apis/create-version";
import { change } from "@/lib/change";
import { database, type Transaction } from "@/lib/database";
import { invalid, taken } from "@/lib/errors";
import { wholePage } from "@/lib/http/cursor";
import { checkIfMatch } from "@/lib/http/etag";
import { lockRow } from "@/lib/lock-row";
import type { Context, ReadContext } from "@/lib/permissions";
import { findEditableProduct, findPlan, findProduct } from "./find-product";
import { refuseSubscribed } from "./manage-products";
import { planSelection, renderPlan } from "./render-product";

/** @throws ApiError not_found */
export async function listPlans({ actor }: ReadContext, productSlug: string): Promise<Page<Plan>> {
  const product = await findProduct(actor, productSlug);
  const rows = await database().plan.findMany({
    where: { productId: product.id },
    orderBy: { id: "asc" },
    select: planSelection,
  });
  return wholePage(rows.map(renderPlan));
}

/** @throws ApiError not_found */
export async function getPlan({ actor }: ReadContext, productSlug: string, planSlug: string): Promise<Plan> {
  const { id } = await findPlan(await findProduct(actor, productSlug), planSlug);
  return renderPlan(await database().plan.findUniqueOrThrow({ where: { id }, select: planSelection }));
}

/** @throws ApiError not_found, forbidden, invalid_request, taken */
export async function createPlan(context: Context, productSlug: string, input: CreatePlan): Promise<Plan> {
  const product = await findEditableProduct(context.actor, productSlug);
  return change(context, async (transaction) => {
    await lockRow(transaction, "product", product.id);
    const slaTierId = await findSlaTierId(transaction, input.slaTier);
    if ((await transaction.plan.count({ where: { productId: product.id, slug: input.slug } })) > 0) {
      throw taken(`${product.name} has a plan "${input.slug}" already.`, "/slug");
    }
    const row = await transaction.plan.create({
      data: {
        productId: product.id,
        slug: input.slug,
        name: input.name,
        description: input.description ?? "",
        approval: input.approval ?? "automatic",
        slaTierId: slaTierId ?? null,
        limits: { create: (input.limits ?? []).map(toLimitData) },
      },
      select: planSelection,
    });
    return {
      result: renderPlan(row),
      audit: {
        action: "plan.create",
        entityType: "product",
        entityId: productSlug,
        teamId: product.teamId,
        summary: `Added plan ${row.name} to ${product.name}`,
        details: { ...input },
      },
    };
  });
}

/**
 * Limits take effect with the next release. A limit that keeps its name keeps its id, and gateways keep what was already used of it.
 * @throws ApiError not_found, forbidden, precondition_failed, invalid_request
 */
export async function updatePlan(
  context: Context,
  productSlug: string,
  planSlug: string,
  input: UpdatePlan,
  ifMatch: string | undefined,
): Promise<Plan> {
  refuseEmptyChange(input);
  const product = await findEditableProduct(context.actor, productSlug);
  const { id } = await findPlan(product, planSlug);
  return change(context, async (transaction) => {
    await lockRow(transaction, "plan", id);
    checkIfMatch(ifMatch, await findPlan(product, planSlug, transaction));
    const slaTierId = input.slaTier === null ? null : await findSlaTierId(transaction, input.slaTier);
    if (input.limits !== undefined) {
      await replaceLimits(transaction, id, input.limits);
    }
    const row = await transaction.plan.update({
      where: { id },
      data: {
        name: input.name,
        description: input.description,
        approval: input.approval,
        slaTierId,
        changeCount: { increment: 1 },
      },
      select: planSelection,
    });
    return {
      result: renderPlan(row),
      audit: {
        action: "plan.update",
        entityType: "product",
        entityId: productSlug,
        teamId: product.teamId,
        summary: `Changed plan ${row.name} of ${product.name}`,
        details: { plan: planSlug, ...input },
      },
    };
  });
}

/** @throws ApiError not_found, forbidden, precondition_failed, in_use while subscriptions are open */
export async function removePlan(
  context: Context,
  productSlug: string,
  planSlug: string,
  ifMatch: string | undefined,
): Promise<void> {
  const product = await findEditableProduct(context.actor, productSlug);
  const { id } = await findPlan(product, planSlug);
  await change(context, async (transaction) => {
    await lockRow(transaction, "plan", id);
    const plan = await findPlan(product, planSlug, transaction);
    checkIfMatch(ifMatch, plan);
    await refuseSubscribed(transaction, { id });
    await transaction.plan.delete({ where: { id }, select: { id: true } });
    return {
      result: undefined,
      audit: {
        action: "plan.remove",
        entityType: "product",
        entityId: productSlug,
        teamId: product.teamId,
        summary: `Removed plan ${plan.name} of ${product.name}`,
        details: { plan: planSlug },
      },
    };
  });
}

async function findSlaTierId(transaction: Transaction, slug: string | undefined): Promise<number | undefined> {
  if (slug === undefined) {
    return undefined;
  }
  const tier = await transaction.slaTier.findUnique({ where: { slug }, select: { id: true } });
  if (tier === null) {
    throw invalid([{ code: "unknown_value", message: `There is no SLA tier "${slug}".`, place: "/slaTier" }]);
  }
  return tier.id;
}

async function replaceLimits(transaction: Transaction, planId: number, limits: readonly LimitInput[]): Promise<void> {
  await transaction.limit.deleteMany({ where: { planId, name: { notIn: limits.map(({ name }) => name) } } });
  for (const [position, limit] of limits.entries()) {
    const data = toLimitData(limit, position);
    await transaction.limit.upsert({
      where: { planId_name: { planId, name: limit.name } },
      create: { planId, ...data },
      update: data,
      select: { id: true },
    });
  }
}

function toLimitData(limit: LimitInput, position: number) {
  return {
    name: limit.name,
    position,
    algorithm: limit.algorithm,
    quota: limit.quota,
    windowSeconds: limit.windowSeconds,
    scope: limit.scope ?? "subscription",
  };
}

import "server-only";
import { PERIOD_SECONDS } from "@/gateway/contract/limits";
import type { CreatePlan, LimitInput, Page, Plan, UpdatePlan } from "@/lib/api-schemas";
import { change, refuseEmptyChange } from "@/lib/change";
import { database, type Transaction } from "@/lib/database";
import { invalid, taken } from "@/lib/errors";
import { gather } from "@/lib/gather";
import { wholePage } from "@/lib/http/cursor";
import { checkIfMatch } from "@/lib/http/etag";
import { lockRow } from "@/lib/lock-row";
import type { Context, ReadContext } from "@/lib/permissions";
import { findEditableProduct, findPlan, findProduct, type ProductIdentity } from "./find-product";
import { refuseSubscribed } from "./manage-products";
import { canReadCounts, planSelection, renderPlan } from "./render-product";

/** @throws ApiError not_found */
export async function listPlans({ actor }: ReadContext, productSlug: string): Promise<Page<Plan>> {
  const product = await findProduct(actor, productSlug);
  const rows = await database().plan.findMany({
    where: { productId: product.id },
    orderBy: { id: "asc" },
    select: planSelection,
  });
  return wholePage(rows.map((row) => renderPlan(row, canReadCounts(actor, product.teamId))));
}

/** @throws ApiError not_found */
export async function getPlan({ actor }: ReadContext, productSlug: string, planSlug: string): Promise<Plan> {
  const product = await findProduct(actor, productSlug);
  const { id } = await findPlan(product, planSlug);
  const row = await database().plan.findUniqueOrThrow({ where: { id }, select: planSelection });
  return renderPlan(row, canReadCounts(actor, product.teamId));
}

/**
 * Whether a plan could be added, as far as the given fields tell.
 * @throws ApiError not_found, forbidden, invalid_request, taken
 */
export async function checkNewPlan({ actor }: Context, productSlug: string, input: Partial<CreatePlan>) {
  const product = await findEditableProduct(actor, productSlug);
  const [slaTierId] = await gather(
    () => findSlaTierId(input.slaTier),
    () => refuseTaken(product, input.slug),
  );
  return { product, slaTierId };
}

async function refuseTaken(product: ProductIdentity, slug: string | undefined): Promise<void> {
  const where = { productId: product.id, slug: slug ?? "" };
  if (slug !== undefined && (await database().plan.count({ where })) > 0) {
    throw taken(`${product.name} has a plan "${slug}" already.`, "/slug");
  }
}

/** @throws ApiError not_found, forbidden, invalid_request, taken */
export async function createPlan(context: Context, productSlug: string, input: CreatePlan): Promise<Plan> {
  const { product, slaTierId } = await checkNewPlan(context, productSlug, input);
  return change(context, async (transaction) => {
    await lockRow(transaction, "product", product.id);
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
      result: renderPlan(row, true),
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

/** @throws ApiError not_found, forbidden, invalid_request */
export async function checkPlanChange({ actor }: Context, productSlug: string, planSlug: string, input: UpdatePlan) {
  const product = await findEditableProduct(actor, productSlug);
  const { id } = await findPlan(product, planSlug);
  return { product, id, slaTierId: input.slaTier === null ? null : await findSlaTierId(input.slaTier) };
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
  const { product, id, slaTierId } = await checkPlanChange(context, productSlug, planSlug, input);
  return change(context, async (transaction) => {
    await lockRow(transaction, "plan", id);
    checkIfMatch(ifMatch, await findPlan(product, planSlug, transaction));
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
      result: renderPlan(row, true),
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

async function findSlaTierId(slug: string | undefined): Promise<number | undefined> {
  if (slug === undefined) {
    return undefined;
  }
  const tier = await database().slaTier.findUnique({ where: { slug }, select: { id: true } });
  if (tier === null) {
    throw invalid([{ code: "unknown_value", message: `There is no SLA tier "${slug}".`, place: "/slaTier" }]);
  }
  return tier.id;
}

async function replaceLimits(transaction: Transaction, planId: number, limits: readonly LimitInput[]): Promise<void> {
  const others = limits.map(({ name, unit = "requests" }) => ({ name, unit: { not: unit } }));
  await transaction.limit.deleteMany({
    // What was used of one unit says nothing of the other: a limit that changes it begins anew.
    where: { planId, OR: [{ name: { notIn: limits.map(({ name }) => name) } }, ...others] },
  });
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
    windowSeconds: windowSecondsOf(limit),
    scope: limit.scope ?? "subscription",
    burst: limit.burst ?? null,
    unit: limit.unit ?? "requests",
    mode: limit.mode ?? "enforce",
    counts: limit.counts ?? "admitted",
    header: limit.header ?? null,
    claim: limit.claim ?? null,
    period: limit.period ?? null,
    timeZone: limit.timeZone ?? null,
    costs: limit.costs ?? {},
    operationQuotas: limit.operationQuotas ?? {},
  };
}

function windowSecondsOf({ algorithm, period, windowSeconds }: LimitInput): number {
  if (algorithm === "concurrency") {
    return 0;
  }
  return period === undefined ? (windowSeconds ?? 0) : PERIOD_SECONDS[period];
}

import "server-only";
import type { CreateSlaTier, Page, SlaTier, UpdateSlaTier } from "@/lib/api-schemas";
import { change, refuseEmptyChange } from "@/lib/change";
import { database } from "@/lib/database";
import { ApiError, notFound, taken } from "@/lib/errors";
import { wholePage } from "@/lib/http/cursor";
import { checkIfMatch } from "@/lib/http/etag";
import { lockRow } from "@/lib/lock-row";
import { isAdmin, requirePermission, type Context } from "@/lib/permissions";
import { renderSlaTier, slaTierSelection, type SlaTierRow } from "./render-sla-tier";

const ADMINS_ONLY = "Only admins may change SLA tiers.";

/** Best first. Everybody may know what is promised. */
export async function listSlaTiers(): Promise<Page<SlaTier>> {
  const rows = await database().slaTier.findMany({
    orderBy: [{ rank: "desc" }, { id: "asc" }],
    select: slaTierSelection,
  });
  return wholePage(rows.map(renderSlaTier));
}

/** @throws ApiError not_found */
export async function getSlaTier(slug: string): Promise<SlaTier> {
  return renderSlaTier(await findSlaTier(slug));
}

/** @throws ApiError forbidden, taken */
export async function checkNewSlaTier({ actor }: Context, { slug }: Partial<CreateSlaTier>): Promise<void> {
  requirePermission(isAdmin(actor), ADMINS_ONLY);
  if (slug !== undefined && (await database().slaTier.count({ where: { slug } })) > 0) {
    throw taken(`There is an SLA tier "${slug}" already.`, "/slug");
  }
}

/** @throws ApiError forbidden, taken */
export async function createSlaTier(context: Context, input: CreateSlaTier): Promise<SlaTier> {
  await checkNewSlaTier(context, input);
  return change(context, async (transaction) => {
    const row = await transaction.slaTier.create({ data: input, select: slaTierSelection });
    return {
      result: renderSlaTier(row),
      audit: {
        action: "sla-tier.create",
        entityType: "sla-tier",
        entityId: row.slug,
        summary: `Created SLA tier ${row.name}`,
        details: { ...input },
      },
    };
  });
}

/** @throws ApiError forbidden, not_found, precondition_failed */
export async function updateSlaTier(
  context: Context,
  slug: string,
  input: UpdateSlaTier,
  ifMatch: string | undefined,
): Promise<SlaTier> {
  requirePermission(isAdmin(context.actor), ADMINS_ONLY);
  refuseEmptyChange(input);
  const { id } = await findSlaTier(slug);
  return change(context, async (transaction) => {
    await lockRow(transaction, "sla_tier", id);
    checkIfMatch(
      ifMatch,
      await transaction.slaTier.findUniqueOrThrow({ where: { id }, select: { changeCount: true } }),
    );
    const row = await transaction.slaTier.update({
      where: { id },
      data: { ...input, changeCount: { increment: 1 } },
      select: slaTierSelection,
    });
    return {
      result: renderSlaTier(row),
      audit: {
        action: "sla-tier.update",
        entityType: "sla-tier",
        entityId: slug,
        summary: `Changed SLA tier ${row.name}`,
        details: { ...input },
      },
    };
  });
}

/** @throws ApiError forbidden, not_found, precondition_failed, in_use */
export async function removeSlaTier(context: Context, slug: string, ifMatch: string | undefined): Promise<void> {
  requirePermission(isAdmin(context.actor), ADMINS_ONLY);
  const { id, name } = await findSlaTier(slug);
  await change(context, async (transaction) => {
    await lockRow(transaction, "sla_tier", id);
    const row = await transaction.slaTier.findUniqueOrThrow({
      where: { id },
      select: { changeCount: true, plans: { select: { slug: true, name: true, product: { select: { slug: true } } } } },
    });
    checkIfMatch(ifMatch, row);
    if (row.plans.length > 0) {
      throw new ApiError(
        "in_use",
        `${row.plans.length} plans promise it. Give them another tier first.`,
        row.plans.map((plan) => ({
          code: "in_use",
          message: `The plan ${plan.name} promises it.`,
          place: `products/${plan.product.slug}/plans/${plan.slug}`,
        })),
      );
    }
    await transaction.slaTier.delete({ where: { id }, select: { id: true } });
    return {
      result: undefined,
      audit: {
        action: "sla-tier.remove",
        entityType: "sla-tier",
        entityId: slug,
        summary: `Removed SLA tier ${name}`,
      },
    };
  });
}

async function findSlaTier(slug: string): Promise<SlaTierRow> {
  const row = await database().slaTier.findUnique({ where: { slug }, select: slaTierSelection });
  if (row === null) {
    throw notFound("SLA tier", slug);
  }
  return row;
}

import "server-only";
import { findOwnQuotaProblem } from "@/gateway/contract/limits";
import type { Limit, SetSubscriptionQuotas, Subscription } from "@/lib/api-schemas";
import { change } from "@/lib/change";
import { invalid } from "@/lib/errors";
import { checkIfMatch } from "@/lib/http/etag";
import { republishCredentials } from "@/lib/keys/credential-log";
import { lockRow } from "@/lib/lock-row";
import { canEditApisOf, requirePermission, type Context } from "@/lib/permissions";
import { limitSelection, renderLimit } from "@/lib/products/render-limit";
import { findSubscription, renderWithNames } from "./read-subscriptions";
import { subscriptionSelection } from "./render-subscription";

/**
 * Gives a subscription quotas of its own, in place of all it had. They travel with its keys: gateways follow within a second, and what
 * was used stays used.
 * @throws ApiError not_found, forbidden, precondition_failed, invalid_request for names that the plan has no limit of, and for
 *   quotas that the limit cannot hold
 */
export async function setSubscriptionQuotas(
  context: Context,
  publicId: string,
  { quotas }: SetSubscriptionQuotas,
  ifMatch?: string,
): Promise<Subscription> {
  const seen = await findSubscription(context.actor, publicId);
  const { product } = seen.plan;
  requirePermission(canEditApisOf(context.actor, product.teamId), "Only an owner of the product sets its quotas.");
  const row = await change(context, async (transaction) => {
    await lockRow(transaction, "plan", seen.plan.id);
    await lockRow(transaction, "subscription", seen.id);
    const before = await transaction.subscription.findUniqueOrThrow({
      where: { id: seen.id },
      select: { state: true, changeCount: true, plan: { select: { limits: { select: limitSelection } } } },
    });
    checkIfMatch(ifMatch, before);
    const limits = new Map(before.plan.limits.map((limit) => [limit.name, renderLimit(limit)]));
    await transaction.subscriptionQuota.deleteMany({ where: { subscriptionId: seen.id } });
    await transaction.subscriptionQuota.createMany({
      data: resolveNames(quotas, limits).map(({ limitId, quota }) => ({ subscriptionId: seen.id, limitId, quota })),
    });
    const after = await transaction.subscription.update({
      where: { id: seen.id },
      data: { changeCount: { increment: 1 } },
      select: subscriptionSelection,
    });
    if (before.state === "active") {
      await republishCredentials(transaction, [seen.application.id]);
    }
    return {
      result: after,
      audit: {
        action: "subscription.set-quotas",
        entityType: "subscription",
        entityId: publicId,
        teamId: product.teamId,
        summary: `Set the quotas of ${seen.application.name} on ${product.name} ${seen.plan.name}`,
        details: { quotas },
      },
    };
  });
  return renderWithNames(row, context.actor);
}

function resolveNames(quotas: Readonly<Record<string, number>>, limits: ReadonlyMap<string, Limit>) {
  const problems = Object.entries(quotas).flatMap(([name, quota]) => findProblems(name, quota, limits.get(name)));
  if (problems.length > 0) {
    throw invalid(problems);
  }
  return Object.entries(quotas).map(([name, quota]) => ({ limitId: limits.get(name)?.id ?? 0, quota }));
}

function findProblems(name: string, quota: number, limit: Limit | undefined) {
  const place = `/quotas/${name}`;
  if (limit === undefined) {
    return [{ code: "unknown_value", message: `The plan has no limit "${name}".`, place }];
  }
  const message = findOwnQuotaProblem(limit, quota);
  return message === undefined ? [] : [{ code: "limit_invalid", message, place }];
}

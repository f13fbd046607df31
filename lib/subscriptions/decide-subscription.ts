import "server-only";
import type { DecideSubscription, Subscription, SubscriptionState } from "@/lib/api-schemas";
import { change } from "@/lib/change";
import { ApiError } from "@/lib/errors";
import { checkIfMatch } from "@/lib/http/etag";
import { republishCredentials } from "@/lib/keys/credential-log";
import { lockRow } from "@/lib/lock-row";
import { canEditApisOf, canEditApplicationsOf, requirePermission, type Context } from "@/lib/permissions";
import { findSubscription, renderWithNames } from "./read-subscriptions";
import { subscriptionSelection, type SubscriptionRow } from "./render-subscription";

export type SubscriptionDecision = "approve" | "reject" | "pause" | "resume" | "close";

interface Step {
  readonly from: readonly SubscriptionState[];
  readonly to: SubscriptionState;
  readonly word: string;
  /** Whether the application's team may do it too: everybody may leave. */
  readonly byConsumer: boolean;
}

/** Every change of state there is. Rejected and closed subscriptions are over: a new one is asked for. */
const SUBSCRIPTION_STEPS: Readonly<Record<SubscriptionDecision, Step>> = {
  approve: { from: ["pending"], to: "active", word: "Approved", byConsumer: false },
  reject: { from: ["pending"], to: "rejected", word: "Rejected", byConsumer: false },
  pause: { from: ["active"], to: "paused", word: "Paused", byConsumer: false },
  resume: { from: ["paused"], to: "active", word: "Resumed", byConsumer: false },
  close: { from: ["pending", "active", "paused"], to: "closed", word: "Closed", byConsumer: true },
};

/**
 * Moves a subscription to another state. Gateways follow within a second.
 * @throws ApiError not_found, forbidden, state_conflict, precondition_failed
 */
export async function decideSubscription(
  context: Context,
  publicId: string,
  decision: SubscriptionDecision,
  input: DecideSubscription,
  ifMatch?: string,
): Promise<Subscription> {
  const step = SUBSCRIPTION_STEPS[decision];
  const seen = await findSubscription(context.actor, publicId);
  checkAllowed(context, seen, step);
  const row = await change(context, async (transaction) => {
    await lockRow(transaction, "subscription", seen.id);
    const before = await transaction.subscription.findUniqueOrThrow({
      where: { id: seen.id },
      select: { state: true, changeCount: true },
    });
    checkIfMatch(ifMatch, before);
    if (!step.from.includes(before.state)) {
      const detail = `The subscription is ${before.state}; only a subscription that is ${step.from.join(" or ")} can be ${step.word.toLowerCase()}.`;
      throw new ApiError("state_conflict", detail);
    }
    const after = await transaction.subscription.update({
      where: { id: seen.id },
      data: {
        state: step.to,
        decisionNote: input.note,
        decidedById: context.actor.userId,
        decidedAt: new Date(),
        changeCount: { increment: 1 },
      },
      select: subscriptionSelection,
    });
    if (before.state === "active" || step.to === "active") {
      await republishCredentials(transaction, [seen.application.id]);
    }
    const { application, plan } = seen;
    return {
      result: after,
      audit: {
        action: `subscription.${decision}`,
        entityType: "subscription",
        entityId: publicId,
        teamId: plan.product.teamId,
        summary: `${step.word} ${application.name} on ${plan.product.name} ${plan.name}`,
        details: { ...input, from: before.state, to: step.to },
      },
    };
  });
  return renderWithNames(row, context.actor);
}

function checkAllowed({ actor }: Context, row: SubscriptionRow, step: Step): void {
  const asOwner = canEditApisOf(actor, row.plan.product.teamId);
  const asConsumer = step.byConsumer && canEditApplicationsOf(actor, row.application.teamId);
  requirePermission(asOwner || asConsumer, "Only owners of the product's team may decide this.");
}

import "server-only";
import type { CreateSubscription, ProblemItem, Subscription } from "@/lib/api-schemas";
import { findEditableApplication } from "@/lib/applications/find-application";
import { change } from "@/lib/change";
import { newId } from "@/lib/crypto/random-id";
import { ApiError, invalid } from "@/lib/errors";
import { republishCredentials } from "@/lib/keys/credential-log";
import { lockRow } from "@/lib/lock-row";
import type { Context } from "@/lib/permissions";
import { findPlan, findProduct } from "@/lib/products/find-product";
import { renderWithNames } from "./read-subscriptions";
import { subscriptionSelection } from "./render-subscription";

/**
 * Subscribes an application to a plan: active at once, or pending where an owner decides.
 * @throws ApiError invalid_request naming whatever does not exist, forbidden, taken when it has an open subscription to the product
 */
export async function createSubscription(context: Context, input: CreateSubscription): Promise<Subscription> {
  const { application, product, plan } = await findParts(context, input);
  const row = await change(context, async (transaction) => {
    await lockRow(transaction, "application", application.id);
    await findEditableApplication(context.actor, input.application, transaction);
    const open = await transaction.subscription.findFirst({
      where: {
        applicationId: application.id,
        plan: { productId: product.id },
        state: { in: ["pending", "active", "paused"] },
      },
      select: { publicId: true, state: true, plan: { select: { name: true } } },
    });
    if (open !== null) {
      const message = `${application.name} has a subscription to ${product.name} (${open.plan.name}, ${open.state}) already. Close it first.`;
      throw new ApiError("taken", message, [{ code: "taken", message, place: `subscriptions/${open.publicId}` }]);
    }
    const { approval } = await transaction.plan.findUniqueOrThrow({
      where: { id: plan.id },
      select: { approval: true },
    });
    const state = approval === "automatic" ? "active" : "pending";
    const created = await transaction.subscription.create({
      data: {
        publicId: newId("sub"),
        applicationId: application.id,
        planId: plan.id,
        state,
        note: input.note ?? "",
        createdById: context.actor.userId,
      },
      select: subscriptionSelection,
    });
    if (state === "active") {
      await republishCredentials(transaction, [application.id]);
    }
    return {
      result: created,
      audit: {
        action: "subscription.create",
        entityType: "subscription",
        entityId: created.publicId,
        teamId: product.teamId,
        summary: `${state === "active" ? "Subscribed" : "Asked to subscribe"} ${application.name} to ${product.name} ${plan.name}`,
        details: { ...input, state },
      },
    };
  });
  return renderWithNames(row, context.actor);
}

async function findParts(context: Context, input: CreateSubscription) {
  const problems: ProblemItem[] = [];
  const find = async <Part>(place: string, part: Promise<Part>): Promise<Part | undefined> => {
    try {
      return await part;
    } catch (error) {
      if (error instanceof ApiError && error.code === "not_found") {
        problems.push({ code: "unknown_value", message: error.message, place });
        return undefined;
      }
      throw error;
    }
  };
  const application = await find("/application", findEditableApplication(context.actor, input.application));
  const product = await find("/product", findProduct(context.actor, input.product));
  const plan = product === undefined ? undefined : await find("/plan", findPlan(product, input.plan));
  if (application === undefined || product === undefined || plan === undefined) {
    throw invalid(problems);
  }
  return { application, product, plan };
}

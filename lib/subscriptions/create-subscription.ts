import "server-only";
import type { CreateSubscription, Subscription } from "@/lib/api-schemas";
import { findEditableApplication } from "@/lib/applications/find-application";
import { change } from "@/lib/change";
import { newId } from "@/lib/crypto/random-id";
import { ApiError, invalid } from "@/lib/errors";
import { gather } from "@/lib/gather";
import { republishCredentials } from "@/lib/keys/credential-log";
import { keepRow, lockRow } from "@/lib/lock-row";
import type { Context } from "@/lib/permissions";
import { findPlan, findProduct } from "@/lib/products/find-product";
import { renderWithNames } from "./read-subscriptions";
import { subscriptionSelection } from "./render-subscription";

/**
 * What is to be subscribed to what; undefined for what is not given.
 * @throws ApiError forbidden, invalid_request naming whatever does not exist
 */
export async function checkNewSubscription({ actor }: Context, input: Partial<CreateSubscription>) {
  const [application, { product, plan }] = await gather(
    () => named("/application", input.application, (id) => findEditableApplication(actor, id)),
    async () => {
      const product = await named("/product", input.product, (slug) => findProduct(actor, slug));
      return { product, plan: product && (await named("/plan", input.plan, (slug) => findPlan(product, slug))) };
    },
  );
  return { application, product, plan };
}

/**
 * Subscribes an application to a plan: active at once, or pending where an owner decides.
 * @throws ApiError invalid_request naming whatever does not exist, forbidden, taken when it has an open subscription to the product
 */
export async function createSubscription(context: Context, input: CreateSubscription): Promise<Subscription> {
  const { application, product, plan } = await checkNewSubscription(context, input);
  if (application === undefined || product === undefined || plan === undefined) {
    throw new Error("the schema lets no subscription pass that names less than three things");
  }
  const row = await change(context, async (transaction) => {
    await lockRow(transaction, "application", application.id);
    await findEditableApplication(context.actor, input.application, transaction);
    await keepRow(transaction, "plan", plan.id);
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

async function named<Part>(
  place: string,
  name: string | undefined,
  find: (name: string) => Promise<Part>,
): Promise<Part | undefined> {
  try {
    return name === undefined ? undefined : await find(name);
  } catch (error) {
    if (error instanceof ApiError && error.code === "not_found") {
      throw invalid([{ code: "unknown_value", message: error.message, place }]);
    }
    throw error;
  }
}

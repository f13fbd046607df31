import "server-only";
import type { Page, Subscription, SubscriptionState } from "@/lib/api-schemas";
import { database } from "@/lib/database";
import { notFound } from "@/lib/errors";
import { makePage, readCursor } from "@/lib/http/cursor";
import { readUserNames } from "@/lib/people/user-names";
import {
  canEditApisOf,
  canReadApplicationsOf,
  canReadOperations,
  isAdmin,
  teamsWithRole,
  type Actor,
  type Context,
} from "@/lib/permissions";
import type { Prisma } from "@/prisma/client/client";
import { renderSubscription, subscriptionSelection, type SubscriptionRow } from "./render-subscription";

export interface ListSubscriptionsQuery {
  readonly state?: SubscriptionState | undefined;
  readonly application?: string | undefined;
  readonly product?: string | undefined;
  readonly plan?: string | undefined;
  readonly as?: "consumer" | "owner" | undefined;
  readonly limit: number;
  readonly cursor?: string | undefined;
}

/** Both sides see a subscription: the application's team and the product's. Newest first. */
export async function listSubscriptions(
  { actor }: Context,
  query: ListSubscriptionsQuery,
): Promise<Page<Subscription>> {
  const after = readCursor(query.cursor);
  const rows = await database().subscription.findMany({
    where: {
      AND: [
        visibleSubscriptions(actor),
        query.as === "consumer" ? ofOwnApplications(actor) : {},
        query.as === "owner" && !isAdmin(actor) ? toOwnProducts(actor) : {},
        query.state === undefined ? {} : { state: query.state },
        query.application === undefined ? {} : { application: { publicId: query.application } },
        query.product === undefined ? {} : { plan: { product: { slug: query.product } } },
        query.plan === undefined ? {} : { plan: { slug: query.plan } },
        after === undefined ? {} : { id: { lt: after } },
      ],
    },
    orderBy: { id: "desc" },
    take: query.limit + 1,
    select: subscriptionSelection,
  });
  const names = await readUserNames(rows.flatMap((row) => [row.decidedById, row.createdById]));
  return makePage(rows, query.limit, (row) => renderSubscription(row, actor, names));
}

/** @throws ApiError not_found */
export async function getSubscription({ actor }: Context, publicId: string): Promise<Subscription> {
  return renderWithNames(await findSubscription(actor, publicId), actor);
}

export async function renderWithNames(row: SubscriptionRow, actor: Actor): Promise<Subscription> {
  return renderSubscription(row, actor, await readUserNames([row.decidedById, row.createdById]));
}

/** @throws ApiError not_found, also when the actor may not see it */
export async function findSubscription(actor: Actor, publicId: string): Promise<SubscriptionRow> {
  const row = await database().subscription.findUnique({ where: { publicId }, select: subscriptionSelection });
  const visible =
    row !== null &&
    (canReadApplicationsOf(actor, row.application.teamId) || canEditApisOf(actor, row.plan.product.teamId));
  if (!visible) {
    throw notFound("subscription", publicId);
  }
  return row;
}

function visibleSubscriptions(actor: Actor): Prisma.SubscriptionWhereInput {
  return canReadOperations(actor) ? {} : { OR: [ofOwnApplications(actor), toOwnProducts(actor)] };
}

function ofOwnApplications(actor: Actor): Prisma.SubscriptionWhereInput {
  return { application: { teamId: { in: teamsWithRole(actor, "consumer") } } };
}

function toOwnProducts(actor: Actor): Prisma.SubscriptionWhereInput {
  return { plan: { product: { teamId: { in: teamsWithRole(actor, "owner") } } } };
}

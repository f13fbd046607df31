import "server-only";
import type { Demo } from "@/lib/api-schemas";
import { retireApplication } from "@/lib/applications/manage-applications";
import { change } from "@/lib/change";
import { database, pool, type Transaction } from "@/lib/database";
import { ApiError } from "@/lib/errors";
import { republishCredentials } from "@/lib/keys/credential-log";
import { log } from "@/lib/log";
import { isAdmin, requirePermission, SYSTEM, type Context } from "@/lib/permissions";
import { lockPlans } from "@/lib/products/manage-products";
import { publishRelease } from "@/lib/releases/publish-release";

/** What of the demonstration is there. */
export async function readDemo(_context: Context): Promise<Demo> {
  const where = { demo: true };
  const [apis, products, applications] = await Promise.all([
    database().api.findMany({ where, select: { slug: true } }),
    database().product.findMany({ where, select: { slug: true } }),
    database().application.findMany({ where: { demo: true, removedAt: null }, select: { publicId: true, name: true } }),
  ]);
  return {
    present: apis.length + products.length + applications.length > 0,
    apis: apis.map(({ slug }) => slug),
    products: products.map(({ slug }) => slug),
    applications: applications.map(({ publicId, name }) => ({ id: publicId, name })),
  };
}

/**
 * Removes whatever is marked as demonstration, with everybody's subscriptions to it and what was measured of it, and publishes.
 * @throws ApiError forbidden, not_found when there is none
 */
export async function removeDemo(context: Context): Promise<void> {
  requirePermission(isAdmin(context.actor), "Only admins may remove the demonstration workspace.");
  if (!(await readDemo(context)).present) {
    throw new ApiError("not_found", "There is no demonstration workspace.");
  }
  const measured = await change(context, async (transaction) => {
    const result = await removeRows(transaction);
    return {
      result,
      audit: {
        action: "demo.remove",
        entityType: "demo",
        entityId: "demo",
        summary: "Removed the demonstration workspace",
      },
    };
  });
  await forgetMeasured(measured);
  try {
    await publishRelease(SYSTEM, "production", { note: "Demonstration workspace removed" });
  } catch (error) {
    // Somebody's unfinished work keeps the environment from being published; the next publish takes the demonstration out.
    log.warn({ error }, "production could not be published without the demonstration workspace");
  }
}

interface Measured {
  readonly operations: number[];
  readonly applications: number[];
}

async function removeRows(transaction: Transaction): Promise<Measured> {
  const operations = await transaction.operation.findMany({
    where: { version: { api: { demo: true } } },
    select: { id: true },
  });
  const applications = await transaction.application.findMany({ where: { demo: true }, select: { id: true } });
  await lockPlans(transaction, { product: { demo: true } });
  const subscribers = await transaction.subscription.findMany({
    where: { plan: { product: { demo: true } }, state: "active" },
    select: { applicationId: true },
  });
  // Somebody's own product may offer the demonstration API: that goes on without it.
  await transaction.productVersion.deleteMany({ where: { version: { api: { demo: true } } } });
  await transaction.product.deleteMany({ where: { demo: true } });
  await transaction.api.deleteMany({ where: { demo: true } });
  for (const { id } of applications) {
    await retireApplication(transaction, id);
  }
  await republishCredentials(
    transaction,
    subscribers.map(({ applicationId }) => applicationId),
  );
  await removeTeams(transaction);
  return { operations: operations.map(({ id }) => id), applications: applications.map(({ id }) => id) };
}

/** Retired applications stay as rows (gateways must go on hearing of their keys); they move to another team. */
async function removeTeams(transaction: Transaction): Promise<void> {
  const teams = await transaction.team.findMany({ where: { demo: true }, select: { id: true } });
  const heir = await transaction.team.findFirst({
    where: { demo: false, memberships: { some: { role: "admin" } } },
    orderBy: { id: "asc" },
    select: { id: true },
  });
  for (const { id } of teams) {
    const owned = await transaction.team.findUniqueOrThrow({
      where: { id },
      select: { _count: { select: { apis: true, products: true, applications: { where: { removedAt: null } } } } },
    });
    const { apis, products, applications } = owned._count;
    if (heir === null || apis + products + applications > 0) {
      // Somebody made something of their own in it.
      continue;
    }
    await transaction.application.updateMany({ where: { teamId: id }, data: { teamId: heir.id, demo: false } });
    await transaction.team.delete({ where: { id }, select: { id: true } });
  }
}

async function forgetMeasured({ operations, applications }: Measured): Promise<void> {
  for (const table of ["minute", "hour", "day"]) {
    await pool().query(
      `DELETE FROM usage.${table}
       WHERE time > now() - INTERVAL '10 years' AND (operation = ANY ($1::int[]) OR application = ANY ($2::int[]))`,
      [operations, applications],
    );
  }
}

import "server-only";
import type { Transaction } from "@/lib/database";
import { ApiError } from "@/lib/errors";
import type { Prisma } from "@/prisma/client/client";

/** Held from counting the admins until commit: two who remove each other, in different teams, would each count the other. */
const ADMINS_LOCK = 720_226_006;

/**
 * Somebody must stay who can give roles. Call it after the change.
 * @param left of the memberships as they are now, those that will stay
 * @throws ApiError state_conflict
 */
export async function refuseLastAdmin(transaction: Transaction, left: Prisma.MembershipWhereInput = {}): Promise<void> {
  await transaction.$executeRaw`SELECT pg_advisory_xact_lock(${ADMINS_LOCK})`;
  const admins = await transaction.membership.count({ where: { ...left, role: "admin", user: { disabledAt: null } } });
  if (admins === 0) {
    throw new ApiError("state_conflict", "This would leave nobody with the role admin.");
  }
}

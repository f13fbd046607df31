import "server-only";
import type { CreateUser, Role, SignUp, User } from "@/lib/api-schemas";
import { recordAudit } from "@/lib/audit/record-audit";
import { hashPassword } from "@/lib/crypto/password";
import { newId, randomBase62 } from "@/lib/crypto/random-id";
import { inTransaction, type Transaction } from "@/lib/database";
import { invalid, taken } from "@/lib/errors";
import { isAdmin, requirePermission, SYSTEM, type Context } from "@/lib/permissions";
import { renderUser, userSelection } from "./render-user";

/** Anybody may: a consumer with a team of their own. @throws ApiError taken */
export async function signUp(requestId: string | null, input: SignUp): Promise<User> {
  const passwordHash = await hashPassword(input.password);
  return inTransaction(async (transaction) => {
    const created = await createPerson(transaction, { ...input, passwordHash });
    await recordAudit(
      transaction,
      { actor: { ...SYSTEM.actor, userId: created.id, name: input.name }, requestId },
      {
        action: "user.sign-up",
        entityType: "user",
        entityId: created.publicId,
        summary: `${input.name} signed up`,
      },
    );
    return renderCreated(transaction, created.id);
  });
}

/** By an admin, with roles in a team. @throws ApiError forbidden, taken, invalid_request */
export async function createUser(context: Context, input: CreateUser): Promise<User> {
  requirePermission(isAdmin(context.actor), "Only admins may create people.");
  const passwordHash = await hashPassword(input.password);
  return inTransaction(async (transaction) => {
    const created = await createPerson(transaction, { ...input, passwordHash });
    if (input.team !== undefined) {
      await joinTeam(transaction, created.id, input.team, input.roles ?? ["consumer"]);
    }
    await recordAudit(transaction, context, {
      action: "user.create",
      entityType: "user",
      entityId: created.publicId,
      summary: `Created ${input.name}`,
      details: { email: input.email, team: input.team, roles: input.roles },
    });
    return renderCreated(transaction, created.id);
  });
}

/** Makes the person and a personal team in which they may own applications. */
export async function createPerson(
  transaction: Transaction,
  person: { readonly name: string; readonly email: string; readonly passwordHash: string },
): Promise<{ id: number; publicId: string }> {
  if ((await transaction.user.count({ where: { email: person.email } })) > 0) {
    throw taken("There is an account with this address already. Sign in instead.", "/email");
  }
  const user = await transaction.user.create({
    data: {
      publicId: newId("usr"),
      name: person.name,
      email: person.email,
      passwordHash: person.passwordHash,
    },
    select: { id: true, publicId: true },
  });
  await transaction.team.create({
    data: {
      slug: personalSlug(person.name),
      name: person.name,
      personal: true,
      memberships: { create: { userId: user.id, role: "consumer" } },
    },
    select: { id: true },
  });
  return user;
}

/** "ada-lovelace-x7k2p9" */
function personalSlug(name: string): string {
  const words = name
    .normalize("NFKD")
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, "-")
    .replaceAll(/^-+|-+$/g, "")
    .slice(0, 40)
    .replace(/-$/, "");
  const suffix = randomBase62(6).toLowerCase();
  return words === "" ? `team-${suffix}` : `${words}-${suffix}`;
}

async function joinTeam(transaction: Transaction, userId: number, slug: string, roles: readonly Role[]): Promise<void> {
  const team = await transaction.team.findUnique({ where: { slug }, select: { id: true } });
  if (team === null) {
    throw invalid([{ code: "unknown_value", message: `There is no team "${slug}".`, place: "/team" }]);
  }
  await transaction.membership.createMany({
    data: [...new Set(roles)].map((role) => ({ teamId: team.id, userId, role })),
  });
}

async function renderCreated(transaction: Transaction, id: number): Promise<User> {
  return renderUser(await transaction.user.findUniqueOrThrow({ where: { id }, select: userSelection }));
}

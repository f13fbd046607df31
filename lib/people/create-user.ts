import "server-only";
import type { CreateUser, Role, SignUp, User } from "@/lib/api-schemas";
import { SIGN_UP, SIGN_UP_PER_ADDRESS } from "@/lib/attempts/attempt-limits";
import { takeAttempt } from "@/lib/attempts/take-attempt";
import { recordAudit } from "@/lib/audit/record-audit";
import { hashPassword } from "@/lib/crypto/password";
import { newId, randomBase62 } from "@/lib/crypto/random-id";
import { database, inTransaction, type Transaction } from "@/lib/database";
import { ApiError, invalid, taken } from "@/lib/errors";
import { gather } from "@/lib/gather";
import { isAdmin, requirePermission, SYSTEM, type Context } from "@/lib/permissions";
import { renderUser, userSelection } from "./render-user";

/** Who signs up, as far as anybody knows. */
export interface Stranger {
  readonly requestId: string | null;
  readonly clientAddress: string;
}

/** @throws ApiError too_many_sign_ups, taken */
export async function checkSignUp({ clientAddress }: Stranger, { email }: Partial<SignUp>): Promise<void> {
  const { windowSeconds } = SIGN_UP;
  if (!(await takeAttempt(SIGN_UP_PER_ADDRESS, clientAddress))) {
    const detail = "Too many people signed up from your network within the last hour. Try again later.";
    throw new ApiError("too_many_sign_ups", detail, [], windowSeconds);
  }
  if (!(await takeAttempt(SIGN_UP, ""))) {
    throw new ApiError("too_many_sign_ups", undefined, [], windowSeconds);
  }
  await checkNewAddress(email);
}

/** Anybody may: a consumer with a team of their own. @throws ApiError too_many_sign_ups, taken */
export async function signUp(stranger: Stranger, input: SignUp): Promise<User> {
  await checkSignUp(stranger, input);
  const passwordHash = await hashPassword(input.password);
  return inTransaction(async (transaction) => {
    const created = await createPerson(transaction, { ...input, passwordHash });
    await recordAudit(
      transaction,
      { actor: { ...SYSTEM.actor, userId: created.id, name: input.name }, requestId: stranger.requestId },
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

/** @throws ApiError taken */
async function checkNewAddress(email: string | undefined, db: Transaction = database()): Promise<void> {
  if (email !== undefined && (await db.user.count({ where: { email } })) > 0) {
    throw taken("There is an account with this address already. Sign in instead.", "/email");
  }
}

/** @throws ApiError forbidden, taken, invalid_request */
export async function checkNewUser({ actor }: Context, input: Partial<CreateUser>) {
  requirePermission(isAdmin(actor), "Only admins may create people.");
  const [, team] = await gather(
    () => checkNewAddress(input.email),
    () => findTeam(input.team),
  );
  return team;
}

async function findTeam(slug: string | undefined): Promise<{ id: number } | undefined> {
  if (slug === undefined) {
    return undefined;
  }
  const team = await database().team.findUnique({ where: { slug }, select: { id: true } });
  if (team === null) {
    throw invalid([{ code: "unknown_value", message: `There is no team "${slug}".`, place: "/team" }]);
  }
  return team;
}

/** By an admin, with roles in a team. @throws ApiError forbidden, taken, invalid_request */
export async function createUser(context: Context, input: CreateUser): Promise<User> {
  const team = await checkNewUser(context, input);
  const passwordHash = await hashPassword(input.password);
  return inTransaction(async (transaction) => {
    const created = await createPerson(transaction, { ...input, passwordHash });
    if (team !== undefined) {
      await joinTeam(transaction, created.id, team.id, input.roles ?? ["consumer"]);
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
  await checkNewAddress(person.email, transaction);
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

async function joinTeam(
  transaction: Transaction,
  userId: number,
  teamId: number,
  roles: readonly Role[],
): Promise<void> {
  await transaction.membership.createMany({ data: [...new Set(roles)].map((role) => ({ teamId, userId, role })) });
}

async function renderCreated(transaction: Transaction, id: number): Promise<User> {
  return renderUser(await transaction.user.findUniqueOrThrow({ where: { id }, select: userSelection }));
}

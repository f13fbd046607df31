import "server-only";
import type { Page, UpdateUser, User } from "@/lib/api-schemas";
import { change, refuseEmptyChange } from "@/lib/change";
import { database } from "@/lib/database";
import { ApiError, notFound } from "@/lib/errors";
import { makePage, readCursor } from "@/lib/http/cursor";
import { checkIfMatch } from "@/lib/http/etag";
import { lockRow } from "@/lib/lock-row";
import { isAdmin, requirePermission, type Context } from "@/lib/permissions";
import { refuseLastAdmin } from "@/lib/teams/refuse-last-admin";
import { renderUser, userSelection, type UserRow } from "./render-user";

const ADMINS_ONLY = "Only admins may see and change people.";

export interface ListUsersQuery {
  readonly search?: string | undefined;
  readonly limit: number;
  readonly cursor?: string | undefined;
}

/** Newest first. @throws ApiError forbidden */
export async function listUsers({ actor }: Context, query: ListUsersQuery): Promise<Page<User>> {
  requirePermission(isAdmin(actor), ADMINS_ONLY);
  const after = readCursor(query.cursor);
  const contains = { contains: query.search ?? "", mode: "insensitive" } as const;
  const rows = await database().user.findMany({
    where: {
      AND: [
        query.search ? { OR: [{ name: contains }, { email: contains }] } : {},
        after === undefined ? {} : { id: { lt: after } },
      ],
    },
    orderBy: { id: "desc" },
    take: query.limit + 1,
    select: userSelection,
  });
  return makePage(rows, query.limit, renderUser);
}

/** @throws ApiError forbidden, not_found */
export async function getUser({ actor }: Context, publicId: string): Promise<User> {
  requirePermission(isAdmin(actor), ADMINS_ONLY);
  return renderUser(await findUser(publicId));
}

/** A disabled person is signed out at once and their tokens stop working. @throws ApiError forbidden, not_found, precondition_failed, state_conflict */
export async function updateUser(
  context: Context,
  publicId: string,
  input: UpdateUser,
  ifMatch: string | undefined,
): Promise<User> {
  requirePermission(isAdmin(context.actor), ADMINS_ONLY);
  refuseEmptyChange(input);
  const { id } = await findUser(publicId);
  if (input.disabled === true && id === context.actor.userId) {
    throw new ApiError("state_conflict", "You cannot disable yourself.");
  }
  return change(context, async (transaction) => {
    await lockRow(transaction, "user", id);
    const before = await transaction.user.findUniqueOrThrow({ where: { id }, select: userSelection });
    checkIfMatch(ifMatch, before);
    const row = await transaction.user.update({
      where: { id },
      data: {
        name: input.name,
        ...(input.disabled === undefined
          ? {}
          : { disabledAt: input.disabled ? (before.disabledAt ?? new Date()) : null }),
        changeCount: { increment: 1 },
      },
      select: userSelection,
    });
    if (input.disabled === true) {
      await refuseLastAdmin(transaction);
    }
    return {
      result: renderUser(row),
      audit: {
        action: "user.update",
        entityType: "user",
        entityId: publicId,
        summary: input.disabled === true ? `Disabled ${row.name}` : `Changed ${row.name}`,
        details: { ...input },
      },
    };
  });
}

/** @throws ApiError not_found */
export async function findUser(publicId: string): Promise<UserRow> {
  const row = await database().user.findUnique({ where: { publicId }, select: userSelection });
  if (row === null) {
    throw notFound("person", publicId);
  }
  return row;
}

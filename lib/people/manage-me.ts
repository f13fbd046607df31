import "server-only";
import type { ChangePassword, Me } from "@/lib/api-schemas";
import { CHANGE_PASSWORD } from "@/lib/attempts/attempt-limits";
import { forgetAttempts, takeAttempt } from "@/lib/attempts/take-attempt";
import { change } from "@/lib/change";
import { hashPassword, verifyPassword } from "@/lib/crypto/password";
import { database } from "@/lib/database";
import { ApiError, invalid } from "@/lib/errors";
import type { Context } from "@/lib/permissions";
import { findUser } from "./manage-users";
import { renderMe, userSelection } from "./render-user";

export async function getMe({ actor }: Context): Promise<Me> {
  return renderMe(await findUser(actor.id), actor);
}

export async function updateMe(context: Context, input: { readonly name: string }): Promise<Me> {
  const { actor } = context;
  const { id } = await findUser(actor.id);
  return change(context, async (transaction) => {
    const row = await transaction.user.update({
      where: { id },
      data: { name: input.name, changeCount: { increment: 1 } },
      select: userSelection,
    });
    return {
      result: renderMe(row, { ...actor, name: row.name }),
      audit: {
        action: "user.update",
        entityType: "user",
        entityId: actor.id,
        summary: `Changed the own name to ${row.name}`,
      },
    };
  });
}

/** @throws ApiError invalid_request when it is not the current password, too_many_attempts */
export async function checkCurrentPassword({ actor }: Context, currentPassword: string): Promise<void> {
  // Whoever found a browser unlocked has a session, and must not be able to find out the password with it.
  if (!(await takeAttempt(CHANGE_PASSWORD, actor.id))) {
    throw new ApiError("too_many_attempts", undefined, [], CHANGE_PASSWORD.windowSeconds);
  }
  const { passwordHash } = await database().user.findUniqueOrThrow({
    where: { publicId: actor.id },
    select: { passwordHash: true },
  });
  if (!(await verifyPassword(currentPassword, passwordHash))) {
    const message = "This is not your current password.";
    throw invalid([{ code: "password_wrong", message, place: "/currentPassword" }]);
  }
  await forgetAttempts(CHANGE_PASSWORD, actor.id);
}

/** Ends every session, the caller's own too; tokens stay. @throws ApiError invalid_request when the current password is wrong */
export async function changePassword(context: Context, input: ChangePassword): Promise<void> {
  const { id } = await findUser(context.actor.id);
  await checkCurrentPassword(context, input.currentPassword);
  const fresh = await hashPassword(input.newPassword);
  await change(context, async (transaction) => {
    await transaction.user.update({
      where: { id },
      data: { passwordHash: fresh, sessionGeneration: { increment: 1 } },
      select: { id: true },
    });
    return {
      result: undefined,
      audit: {
        action: "user.change-password",
        entityType: "user",
        entityId: context.actor.id,
        summary: "Changed the own password",
      },
    };
  });
}

import "server-only";
import type { Environment, UpdateEnvironment } from "@/lib/api-schemas";
import { change } from "@/lib/change";
import { database } from "@/lib/database";
import { notFound } from "@/lib/errors";
import { isAdmin, requirePermission, type Context } from "@/lib/permissions";
import { environmentSelection, renderEnvironment } from "./read-environments";

/** What it changes comes into force with the next release. @throws ApiError forbidden, not_found */
export async function updateEnvironment(
  context: Context,
  slug: string,
  input: UpdateEnvironment,
): Promise<Environment> {
  requirePermission(isAdmin(context.actor), "Environments are changed by admins.");
  const found = await database().environment.findUnique({ where: { slug }, select: { id: true } });
  if (found === null) {
    throw notFound("environment", slug);
  }
  return change(context, async (transaction) => {
    const row = await transaction.environment.update({
      where: { id: found.id },
      data: {
        requestLogSampleEvery: input.requestLog.sampleEvery,
        requestLogAddress: input.requestLog.clientAddress,
      },
      select: environmentSelection,
    });
    return {
      result: renderEnvironment(row),
      audit: {
        action: "environment.update",
        entityType: "environment",
        entityId: slug,
        summary: `Changed the request log of environment ${row.name}`,
        details: { ...input },
      },
    };
  });
}

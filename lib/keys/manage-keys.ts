import "server-only";
import type { CreatedKey, CreateKey, Key, Page } from "@/lib/api-schemas";
import { findApplication, findEditableApplication } from "@/lib/applications/find-application";
import { change } from "@/lib/change";
import { newId } from "@/lib/crypto/random-id";
import { database } from "@/lib/database";
import { invalid, notFound } from "@/lib/errors";
import { wholePage } from "@/lib/http/cursor";
import { lockRow } from "@/lib/lock-row";
import { readUserNames } from "@/lib/people/user-names";
import type { Context } from "@/lib/permissions";
import type { Prisma } from "@/prisma/client/client";
import { nextSequence, revokeCredentials } from "./credential-log";
import { newKey } from "./new-key";

const keySelection = {
  publicId: true,
  name: true,
  prefix: true,
  expiresAt: true,
  revokedAt: true,
  createdAt: true,
  createdById: true,
} as const satisfies Prisma.CredentialSelect;

type KeyRow = Prisma.CredentialGetPayload<{ select: typeof keySelection }>;

/** Newest first, revoked ones too. @throws ApiError not_found */
export async function listKeys(context: Context, applicationId: string): Promise<Page<Key>> {
  const application = await findApplication(context.actor, applicationId);
  const rows = await database().credential.findMany({
    where: { applicationId: application.id },
    orderBy: { id: "desc" },
    select: keySelection,
  });
  const names = await readUserNames(rows.map(({ createdById }) => createdById));
  return wholePage(rows.map((row) => renderKey(row, names.get(row.createdById ?? 0) ?? null)));
}

/**
 * Makes a key. Every node hears of it when the transaction commits.
 * @throws ApiError not_found, forbidden, invalid_request when it would be born expired
 */
export async function createKey(context: Context, applicationId: string, input: CreateKey): Promise<CreatedKey> {
  const application = await findEditableApplication(context.actor, applicationId);
  const expiresAt = input.expiresAt ? new Date(input.expiresAt) : null;
  if (expiresAt !== null && expiresAt.getTime() <= Date.now()) {
    throw invalid([{ code: "in_the_past", message: "Choose a time in the future.", place: "/expiresAt" }]);
  }
  const { key, hash, prefix } = newKey();
  return change(context, async (transaction) => {
    await lockRow(transaction, "application", application.id);
    await findEditableApplication(context.actor, applicationId, transaction);
    const row = await transaction.credential.create({
      data: {
        publicId: newId("key"),
        applicationId: application.id,
        name: input.name ?? "",
        hash,
        prefix,
        expiresAt,
        createdById: context.actor.userId,
        sequence: await nextSequence(transaction),
      },
      select: keySelection,
    });
    return {
      result: { ...renderKey(row, context.actor.name), key },
      audit: {
        action: "key.create",
        entityType: "application",
        entityId: applicationId,
        teamId: application.teamId,
        summary: `Created key ${prefix}… of ${application.name}`,
        details: { key: row.publicId, prefix, expiresAt: expiresAt?.toISOString() ?? null },
      },
    };
  });
}

/** Every node refuses it within a second. @throws ApiError not_found, forbidden */
export async function revokeKey(context: Context, applicationId: string, keyId: string): Promise<void> {
  const application = await findEditableApplication(context.actor, applicationId);
  await change(context, async (transaction) => {
    const row = await transaction.credential.findFirst({
      where: { publicId: keyId, applicationId: application.id },
      select: { prefix: true },
    });
    if (row === null) {
      throw notFound("key", keyId);
    }
    const revoked = await revokeCredentials(transaction, { applicationId: application.id, publicId: keyId });
    if (revoked === 0) {
      return { result: undefined };
    }
    return {
      result: undefined,
      audit: {
        action: "key.revoke",
        entityType: "application",
        entityId: applicationId,
        teamId: application.teamId,
        summary: `Revoked key ${row.prefix}… of ${application.name}`,
        details: { key: keyId },
      },
    };
  });
}

function renderKey(row: KeyRow, createdBy: string | null): Key {
  const expired = row.expiresAt !== null && row.expiresAt.getTime() <= Date.now();
  return {
    id: row.publicId,
    name: row.name,
    prefix: row.prefix,
    state: row.revokedAt !== null ? "revoked" : expired ? "expired" : "active",
    expiresAt: row.expiresAt?.toISOString() ?? null,
    revokedAt: row.revokedAt?.toISOString() ?? null,
    createdAt: row.createdAt.toISOString(),
    createdBy,
  };
}

import "server-only";
import type { CreatedKey, CreateKey, Key, Page } from "@/lib/api-schemas";
import { findApplication, findEditableApplication } from "@/lib/applications/find-application";
import { MAX_KEYS_PER_APPLICATION, refuseBeyond } from "@/lib/caps";
import { change } from "@/lib/change";
import { newId } from "@/lib/crypto/random-id";
import { seal } from "@/lib/crypto/secret-box";
import { database } from "@/lib/database";
import { env } from "@/lib/env";
import { notFound } from "@/lib/errors";
import { readExpiry } from "@/lib/expiry";
import { wholePage } from "@/lib/http/cursor";
import { lockRow } from "@/lib/lock-row";
import { readUserNames } from "@/lib/people/user-names";
import type { Context } from "@/lib/permissions";
import type { Prisma } from "@/prisma/client/client";
import { nextSequence, revokeCredentials } from "./credential-log";
import { newKey, newSigningSecret } from "./new-key";

const keySelection = {
  publicId: true,
  kind: true,
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

/** @throws ApiError not_found, forbidden, invalid_request when it would be born expired */
export async function checkNewKey({ actor }: Context, applicationId: string, input: Partial<CreateKey>) {
  const application = await findEditableApplication(actor, applicationId);
  return { application, expiresAt: readExpiry(input.expiresAt) };
}

/**
 * Makes a key. Every node hears of it when the transaction commits.
 * @throws ApiError not_found, forbidden, invalid_request when it would be born expired, cap_reached
 */
export async function createKey(context: Context, applicationId: string, input: CreateKey): Promise<CreatedKey> {
  const { application, expiresAt } = await checkNewKey(context, applicationId, input);
  const { kind = "key" } = input;
  const publicId = newId("key");
  const { key, hash, prefix } = kind === "signing" ? newSigningSecret(publicId) : newKey();
  return change(context, async (transaction) => {
    await lockRow(transaction, "application", application.id);
    await findEditableApplication(context.actor, applicationId, transaction);
    const working = { revokedAt: null, OR: [{ expiresAt: null }, { expiresAt: { gt: new Date() } }] };
    const count = await transaction.credential.count({ where: { applicationId: application.id, ...working } });
    refuseBeyond(MAX_KEYS_PER_APPLICATION, count, "keys that work", "Revoke one first.");
    const row = await transaction.credential.create({
      data: {
        publicId,
        kind,
        applicationId: application.id,
        name: input.name ?? "",
        hash,
        prefix,
        secretEncrypted: kind === "signing" ? seal(key, "request-signing", env().secret) : null,
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
        summary: `Created ${wordOf(kind)} ${prefix}… of ${application.name}`,
        details: { key: row.publicId, kind, prefix, expiresAt: expiresAt?.toISOString() ?? null },
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
      select: { prefix: true, kind: true },
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
        summary: `Revoked ${wordOf(row.kind)} ${row.prefix}… of ${application.name}`,
        details: { key: keyId },
      },
    };
  });
}

function wordOf(kind: string): string {
  return kind === "signing" ? "signing secret" : "key";
}

function renderKey(row: KeyRow, createdBy: string | null): Key {
  const expired = row.expiresAt !== null && row.expiresAt.getTime() <= Date.now();
  return {
    id: row.publicId,
    kind: row.kind === "signing" ? "signing" : "key",
    name: row.name,
    prefix: row.prefix,
    state: row.revokedAt !== null ? "revoked" : expired ? "expired" : "active",
    expiresAt: row.expiresAt?.toISOString() ?? null,
    revokedAt: row.revokedAt?.toISOString() ?? null,
    createdAt: row.createdAt.toISOString(),
    createdBy,
  };
}

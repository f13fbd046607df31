import "server-only";
import { buildManifest, type CompiledChunk } from "@/gateway/compiler/compile";
import { signManifest } from "@/gateway/compiler/sign";
import type { ReleaseChanges } from "@/lib/api-schemas";
import { recordAudit } from "@/lib/audit/record-audit";
import type { Transaction } from "@/lib/database";
import { sendEvent } from "@/lib/notify/send-event";
import type { Context } from "@/lib/permissions";
import { readSigningKey } from "./signing-key";

export interface EnvironmentIdentity {
  readonly id: number;
  readonly slug: string;
  readonly name: string;
}

export interface NewRelease {
  readonly environment: EnvironmentIdentity;
  readonly chunks: readonly Omit<CompiledChunk, "text">[];
  readonly note: string;
  readonly changes: ReleaseChanges;
  readonly restoredFrom?: number;
}

/** One publish of an environment at a time, over all portal processes. Held until the transaction ends. */
export async function lockEnvironment(transaction: Transaction, environmentId: number): Promise<void> {
  await transaction.$executeRaw`SELECT pg_advisory_xact_lock(720226004, ${environmentId}::int)`;
}

/** Stores the chunks that are not there yet. Shared ones stay as they are: their name is their content. */
export async function storeChunks(transaction: Transaction, chunks: readonly CompiledChunk[]): Promise<void> {
  const known = await transaction.chunk.findMany({
    where: { sha256: { in: chunks.map(({ sha256 }) => sha256) } },
    select: { sha256: true },
  });
  const present = new Set(known.map(({ sha256 }) => sha256));
  await transaction.chunk.createMany({
    data: chunks
      .filter(({ sha256 }) => !present.has(sha256))
      .map(({ sha256, kind, bytes, text }) => ({ sha256, kind, bytes, content: Buffer.from(text, "utf8") })),
    skipDuplicates: true,
  });
}

/**
 * Writes release, its chunks, the environment's pointer, the audit log and the word to the agents: all or nothing, in the caller's
 * transaction, which holds the environment's lock.
 * @returns the release's number
 */
export async function writeRelease(transaction: Transaction, context: Context, release: NewRelease): Promise<number> {
  const { environment, chunks } = release;
  const last = await transaction.release.aggregate({
    where: { environmentId: environment.id },
    _max: { number: true },
  });
  const number = (last._max.number ?? 0) + 1;
  const createdAt = new Date();
  const key = await readSigningKey(transaction);
  const manifest = buildManifest({
    environment: environment.slug,
    release: number,
    createdAt: createdAt.toISOString(),
    rollback: false,
    chunks,
  });
  const { signature } = signManifest(manifest, key.privateKey);
  const row = await transaction.release.create({
    data: {
      environmentId: environment.id,
      number,
      note: release.note,
      manifest,
      signature,
      signingKeyId: key.id,
      changes: release.changes,
      restoredFrom: release.restoredFrom ?? null,
      createdById: context.actor.userId,
      createdAt,
    },
    select: { id: true },
  });
  await transaction.releaseChunk.createMany({
    data: chunks.map(({ name, sha256 }, position) => ({ releaseId: row.id, position, name, sha256 })),
  });
  await transaction.environment.update({
    where: { id: environment.id },
    data: { currentReleaseId: row.id },
    select: { id: true },
  });
  await recordAudit(transaction, context, {
    action: release.restoredFrom === undefined ? "release.publish" : "release.restore",
    entityType: "environment",
    entityId: environment.slug,
    summary:
      release.restoredFrom === undefined
        ? `Published release ${number} to ${environment.name}`
        : `Restored release ${release.restoredFrom} of ${environment.name} as release ${number}`,
    details: { release: number, note: release.note, changes: release.changes.summary },
  });
  await sendEvent(transaction, { type: "release", environment: environment.slug, release: number });
  return number;
}

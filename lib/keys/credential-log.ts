import "server-only";
import type { CredentialEntry, CredentialPage } from "@/gateway/contract/credentials";
import { unseal } from "@/lib/crypto/secret-box";
import { database, pool, type Transaction } from "@/lib/database";
import { env } from "@/lib/env";
import { log } from "@/lib/log";
import { sendEvent } from "@/lib/notify/send-event";
import { Prisma } from "@/prisma/client/client";

/** Held from taking a sequence number until commit, so that numbers become visible in their order. */
const SEQUENCE_LOCK = 720_226_002;

/**
 * Takes the next place in the credential log. Call it last in a transaction: whoever else changes a credential waits for its commit.
 * Without the lock a reader could see 8 before 7 was committed, go on from 8, and never learn of 7.
 */
export async function nextSequence(transaction: Transaction): Promise<bigint> {
  await lockLog(transaction);
  const [row] = await transaction.$queryRaw<{ sequence: bigint }[]>`SELECT nextval('credential_sequence') AS sequence`;
  if (row === undefined) {
    throw new Error("nextval gave no row");
  }
  await sendEvent(transaction, { type: "credentials", sequence: Number(row.sequence) });
  return row.sequence;
}

/**
 * Gives every key that may still work a new place in the log, because its entry changed: a subscription was opened, paused or closed.
 * Revoked keys stay where they are: nothing can change for them.
 */
export async function republishCredentials(transaction: Transaction, applicationIds: readonly number[]): Promise<void> {
  if (applicationIds.length === 0) {
    return;
  }
  await lockLog(transaction);
  const rows = await transaction.$queryRaw<{ sequence: bigint }[]>`
    UPDATE "credential" SET sequence = nextval('credential_sequence')
    WHERE application_id IN (${Prisma.join([...applicationIds])}) AND revoked_at IS NULL
    RETURNING sequence`;
  await sendHighest(transaction, rows);
}

/**
 * Revokes every key of the condition that is not revoked yet.
 * @returns how many
 */
export async function revokeCredentials(
  transaction: Transaction,
  where: { readonly applicationId: number; readonly publicId?: string },
): Promise<number> {
  await lockLog(transaction);
  const onlyOne = where.publicId === undefined ? Prisma.empty : Prisma.sql`AND public_id = ${where.publicId}`;
  const rows = await transaction.$queryRaw<{ sequence: bigint }[]>`
    UPDATE "credential" SET revoked_at = now(), secret_encrypted = NULL, sequence = nextval('credential_sequence')
    WHERE application_id = ${where.applicationId} AND revoked_at IS NULL ${onlyOne}
    RETURNING sequence`;
  await sendHighest(transaction, rows);
  return rows.length;
}

/** Sequence of the newest entry; 0 when there is none. */
export async function readCredentialCursor(): Promise<number> {
  const { _max } = await database().credential.aggregate({ _max: { sequence: true } });
  return Number(_max.sequence ?? 0);
}

/**
 * Entries after a cursor, in order. There is one log, and nodes of every environment read all of it: an application, its subscriptions and
 * its keys belong to no environment, and a key opens whatever plan it is subscribed to wherever a release has that plan. What differs
 * between environments is what they serve. A node never holds a key itself, only its hash; a signing secret it must hold.
 *
 * One statement, one moment: an entry shows its key's state as of now, which is never older than its sequence number says.
 * @param limit entries per page
 */
export async function readCredentialPage(after: number, limit = 2000): Promise<CredentialPage> {
  const { rows } = await pool().query<EntryRow>(
    `SELECT credential.sequence, credential.hash, credential.id AS credential, credential.application_id AS application,
       extract(epoch FROM credential.expires_at)::float8 AS expires_at, credential.revoked_at IS NOT NULL AS revoked,
       credential.kind, credential.secret_encrypted, coalesce(open.subscriptions, '[]') AS subscriptions
     FROM credential
     LEFT JOIN LATERAL (
       SELECT json_agg(
         json_strip_nulls(json_build_object('id', subscription.id, 'plan', subscription.plan_id, 'quotas', own.quotas))
         ORDER BY subscription.id
       ) AS subscriptions
       FROM subscription
       LEFT JOIN LATERAL (
         SELECT json_agg(json_build_object('limit', limit_id, 'quota', quota) ORDER BY limit_id) AS quotas
         FROM subscription_quota
         WHERE subscription_id = subscription.id
       ) AS own ON true
       WHERE subscription.application_id = credential.application_id AND subscription.state = 'active'
         AND credential.revoked_at IS NULL
     ) AS open ON true
     WHERE credential.sequence > $1
     ORDER BY credential.sequence
     LIMIT $2`,
    [after, limit + 1],
  );
  const shown = rows.slice(0, limit);
  const { secret } = env();
  return {
    entries: shown.map((row) => ({
      sequence: Number(row.sequence),
      hash: row.hash,
      credential: row.credential,
      application: row.application,
      subscriptions: row.subscriptions,
      expiresAt: row.expires_at,
      ...secretAndState(row, secret),
    })),
    cursor: Number(shown.at(-1)?.sequence ?? after),
    complete: rows.length <= limit,
  };
}

interface EntryRow {
  readonly sequence: string;
  readonly hash: string;
  readonly credential: number;
  readonly application: number;
  readonly expires_at: number | null;
  readonly revoked: boolean;
  readonly kind: string;
  readonly secret_encrypted: string | null;
  readonly subscriptions: CredentialPage["entries"][number]["subscriptions"];
}

/**
 * A signing secret that does not open goes out as revoked, so that GATEHOUSE_SECRET being another holds up no other key's revocation.
 * Never as active without it: its name, which is no secret, would count as a key.
 */
function secretAndState(row: EntryRow, secret: string): Pick<CredentialEntry, "state" | "signingKey"> {
  if (row.revoked || row.kind === "key") {
    return { state: row.revoked ? "revoked" : "active" };
  }
  try {
    const text = unseal(row.secret_encrypted ?? "", "request-signing", secret);
    return { state: "active", signingKey: Buffer.from(text).toString("hex") };
  } catch (error) {
    log.error({ error, credential: row.credential }, "a signing secret cannot be opened, nodes refuse it");
    return { state: "revoked" };
  }
}

async function lockLog(transaction: Transaction): Promise<void> {
  await transaction.$executeRaw`SELECT pg_advisory_xact_lock(${SEQUENCE_LOCK})`;
}

async function sendHighest(transaction: Transaction, rows: readonly { readonly sequence: bigint }[]): Promise<void> {
  const highest = rows.reduce((most, { sequence }) => (sequence > most ? sequence : most), 0n);
  if (highest > 0n) {
    await sendEvent(transaction, { type: "credentials", sequence: Number(highest) });
  }
}

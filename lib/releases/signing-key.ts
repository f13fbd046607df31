import "server-only";
import { generateKeyPairSync } from "node:crypto";
import { seal, unseal } from "@/lib/crypto/secret-box";
import { database, type Transaction } from "@/lib/database";
import { env } from "@/lib/env";
import type { SigningKey } from "@/prisma/client/client";

export interface SigningKeyPair {
  readonly id: number;
  /** SPKI PEM: nodes pin it when they enrol. */
  readonly publicKey: string;
  /** PKCS #8 PEM. */
  readonly privateKey: string;
}

/**
 * The key that signs releases.
 * @throws Error when there is none yet (bootstrap makes it) or GATEHOUSE_SECRET is not the one it was stored with
 */
export async function readSigningKey(db: Transaction = database()): Promise<SigningKeyPair> {
  const row = await db.signingKey.findFirst({ where: { active: true }, orderBy: { id: "desc" } });
  if (row === null) {
    throw new Error("there is no signing key: the database was not bootstrapped");
  }
  return unsealSigningKey(row);
}

/** @throws Error when GATEHOUSE_SECRET is not the one it was stored with */
export function unsealSigningKey(row: SigningKey): SigningKeyPair {
  const privateKey = unseal(row.privateKeyEncrypted, "signing-key", env().secret);
  return { id: row.id, publicKey: row.publicKey, privateKey };
}

/** Public part only: what an enrolling node gets. */
export async function readPublicKey(): Promise<string> {
  const row = await database().signingKey.findFirstOrThrow({
    where: { active: true },
    orderBy: { id: "desc" },
    select: { publicKey: true },
  });
  return row.publicKey;
}

/** Makes the Ed25519 key unless there is one. @returns whether it was made */
export async function ensureSigningKey(transaction: Transaction): Promise<boolean> {
  if ((await transaction.signingKey.count({ where: { active: true } })) > 0) {
    return false;
  }
  const { publicKey, privateKey } = generateKeyPairSync("ed25519", {
    publicKeyEncoding: { type: "spki", format: "pem" },
    privateKeyEncoding: { type: "pkcs8", format: "pem" },
  });
  await transaction.signingKey.create({
    data: { publicKey, privateKeyEncrypted: seal(privateKey, "signing-key", env().secret) },
    select: { id: true },
  });
  return true;
}

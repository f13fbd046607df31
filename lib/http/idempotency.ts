import "server-only";
import { createHmac } from "node:crypto";
import { seal, unseal } from "@/lib/crypto/secret-box";
import { database } from "@/lib/database";
import { env } from "@/lib/env";
import { ApiError, invalid } from "@/lib/errors";

/** A request that was never answered (the process died) blocks its key this long: longer than the slowest, a publish, may take. */
const ABANDONED_MS = 5 * 60_000;
const KEPT_MS = 24 * 3600 * 1000;

export interface Answer {
  readonly status: number;
  readonly body: unknown;
}

/**
 * Gives a repeated POST the answer of the first (draft-ietf-httpapi-idempotency-key-header). Failures are not kept: the caller may
 * mend and repeat. Answers are stored encrypted, because one may hold a key that is shown once.
 * @param fingerprint whatever makes two requests the same: method, path, body
 * @throws ApiError idempotency_key_reused, request_in_progress
 */
export async function answerOnce(
  { userId, key, fingerprint }: { readonly userId: number; readonly key: string; readonly fingerprint: string },
  answer: () => Promise<Answer>,
): Promise<Answer> {
  if (key.length > 200) {
    throw invalid([{ code: "too_big", message: "Keep it to 200 characters.", place: "header:Idempotency-Key" }]);
  }
  // With a key: a body may hold a password, which a plain hash of it would let one guess.
  const requestHash = createHmac("sha256", env().secret).update(fingerprint).digest("hex");
  const earlier = await claim(userId, key, requestHash);
  if (earlier !== undefined) {
    return earlier;
  }
  const where = { userId_key: { userId, key } };
  try {
    const given = await answer();
    const sealed = seal(JSON.stringify(given.body ?? null), "idempotent-answer", env().secret);
    await database().idempotencyKey.update({ where, data: { status: given.status, answer: sealed } });
    return given;
  } catch (error) {
    await database().idempotencyKey.deleteMany({ where: { userId, key, status: null } });
    throw error;
  }
}

/** @returns the earlier answer, or undefined when the caller is now the one who answers */
async function claim(userId: number, key: string, requestHash: string): Promise<Answer | undefined> {
  await database().idempotencyKey.deleteMany({
    where: {
      userId,
      OR: [
        { createdAt: { lt: new Date(Date.now() - KEPT_MS) } },
        { key, status: null, createdAt: { lt: new Date(Date.now() - ABANDONED_MS) } },
      ],
    },
  });
  const { count } = await database().idempotencyKey.createMany({
    data: [{ userId, key, requestHash }],
    skipDuplicates: true,
  });
  if (count === 1) {
    return undefined;
  }
  const row = await database().idempotencyKey.findUnique({ where: { userId_key: { userId, key } } });
  if (row === null || row.status === null || row.answer === null) {
    throw new ApiError("request_in_progress");
  }
  if (row.requestHash !== requestHash) {
    throw new ApiError("idempotency_key_reused");
  }
  return { status: row.status, body: JSON.parse(unseal(row.answer, "idempotent-answer", env().secret)) as unknown };
}

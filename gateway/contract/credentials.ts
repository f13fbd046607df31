import { z } from "zod";

/**
 * The credential log: one entry per key, always its whole state, ordered by a sequence number that only grows. Reading from 0 is the
 * snapshot; reading from a cursor is the difference. A revoked key stays as an entry so that its refusal can say "revoked".
 */
export const credentialEntrySchema = z.strictObject({
  sequence: z.number().int().positive(),
  /** SHA-256 of the key as presented, lower-case hex. The key itself is never stored. */
  hash: z.string().regex(/^[0-9a-f]{64}$/),
  credential: z.number().int().positive(),
  application: z.number().int().positive(),
  /** Active subscriptions only. */
  subscriptions: z.array(z.strictObject({ id: z.number().int().positive(), plan: z.number().int().positive() })),
  /** Epoch seconds; null never expires. */
  expiresAt: z.number().positive().nullable(),
  state: z.enum(["active", "revoked"]),
});

export const credentialPageSchema = z.strictObject({
  entries: z.array(credentialEntrySchema),
  /** Sequence to ask from next; equals the asked cursor when there was nothing newer. */
  cursor: z.number().int().nonnegative(),
  /** False when more entries wait behind `cursor`. */
  complete: z.boolean(),
});

export type CredentialEntry = z.infer<typeof credentialEntrySchema>;
export type CredentialPage = z.infer<typeof credentialPageSchema>;

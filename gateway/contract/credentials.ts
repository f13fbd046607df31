import { z } from "zod";

/**
 * The credential log: one entry per key, always its whole state, ordered by a sequence number that only grows. Reading from 0 is the
 * snapshot; reading from a cursor is the difference. A revoked key stays as an entry so that its refusal can say "revoked".
 */
export const credentialEntrySchema = z.strictObject({
  sequence: z.number().int().positive(),
  /** SHA-256 of the key as presented, lower-case hex: the key itself is never stored. Of a signing secret that of its signerName. */
  hash: z.string().regex(/^[0-9a-f]{64}$/),
  /** The bytes of a signing secret, lower-case hex. Who checks an HMAC needs them; only while it is active. */
  signingKey: z
    .string()
    .regex(/^([0-9a-f]{2}){16,64}$/)
    .optional(),
  credential: z.number().int().positive(),
  application: z.number().int().positive(),
  /** Active subscriptions only. */
  subscriptions: z.array(
    z.strictObject({
      id: z.number().int().positive(),
      plan: z.number().int().positive(),
      /** Quotas that this subscription has instead of those of the plan's limits. */
      quotas: z
        .array(z.strictObject({ limit: z.number().int().positive(), quota: z.number().int().positive() }))
        .optional(),
    }),
  ),
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

import { z } from "zod";

/** What a node is told to forget of the answers that it keeps: those kept before it hears of it. */
export const cachePurgeSchema = z.discriminatedUnion("scope", [
  z.strictObject({ scope: z.literal("environment") }),
  z.strictObject({ scope: z.literal("api-version"), id: z.number().int().positive() }),
  z.strictObject({ scope: z.literal("operation"), id: z.number().int().positive() }),
  /** In normal form, as the router compares it; base path and all, without a query. */
  z.strictObject({ scope: z.literal("path"), path: z.string().startsWith("/") }),
]);

/** GET /api/gateway/cache-purges?after=<sequence> */
export const cachePurgesSchema = z.strictObject({
  /** Sequence of the newest; lower than `after` when the control plane has lost some (a restored backup). */
  cursor: z.number().int().nonnegative(),
  /** Whether those before the first of `purges` are no longer known: then everything is to be forgotten. */
  isWhole: z.boolean(),
  purges: z.array(cachePurgeSchema),
});

export type CachePurge = z.infer<typeof cachePurgeSchema>;
export type CachePurges = z.infer<typeof cachePurgesSchema>;

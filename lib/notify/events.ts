import { z } from "zod";

/** Postgres channel on which portal processes tell each other what agents must hear at once. */
export const CHANNEL = "gatehouse";

export const eventSchema = z.discriminatedUnion("type", [
  z.object({ type: z.literal("release"), environment: z.string(), release: z.number().int().positive() }),
  z.object({ type: z.literal("certificates"), environment: z.string() }),
  z.object({ type: z.literal("cache-purges"), environment: z.string() }),
  z.object({ type: z.literal("credentials"), sequence: z.number().int().nonnegative() }),
]);

export type Event = z.infer<typeof eventSchema>;

import { z } from "zod";
import { timeSchema } from "./common";

export const purgeCacheSchema = z
  .strictObject({
    api: z.string().optional().describe("Slug of an API: what is kept of all its versions."),
    version: z.string().optional().describe("Of this version of it."),
    operation: z.string().optional().describe("Key of an operation of the version."),
    path: z
      .string()
      .max(2000)
      .optional()
      .describe(
        "Path as it is called, base path and all, without a query: what is kept of it under any query, of any caller. With a version it lies below its base path.",
      ),
  })
  .meta({ id: "PurgeCache" });

export const purgedCacheSchema = z
  .object({
    purged: z.string().describe("What is forgotten, in words."),
    at: timeSchema,
  })
  .meta({ id: "PurgedCache" });

export type PurgeCache = z.infer<typeof purgeCacheSchema>;
export type PurgedCache = z.infer<typeof purgedCacheSchema>;

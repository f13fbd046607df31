import { z } from "zod";
import { OUTCOMES } from "@/gateway/contract/outcome";
import { timeSchema } from "./common";

export const usageDimensions = ["api", "version", "operation", "application", "plan", "outcome"] as const;
export const usageIntervals = ["minute", "hour", "day"] as const;

const groupBySchema = z
  .string()
  .optional()
  .transform((text) => (text === undefined || text === "" ? [] : text.split(",").map((word) => word.trim())))
  .pipe(
    z
      .array(z.enum(usageDimensions))
      .max(usageDimensions.length)
      .transform((list) => [...new Set(list)]),
  );

export const usageQuerySchema = z.object({
  from: timeSchema.optional().describe("Default: 24 hours before `to`. Rounded down to the minute."),
  to: timeSchema.optional().describe("Exclusive. Default: now. Rounded up to the minute."),
  interval: z
    .enum(usageIntervals)
    .optional()
    .describe("Rows per minute, hour or day (UTC), with `time`. Without it one row per group for the whole range."),
  groupBy: groupBySchema.describe(`Comma-separated: ${usageDimensions.join(", ")}.`),
  environment: z.string().optional(),
  gateway: z.string().optional(),
  api: z.string().optional(),
  version: z.string().optional(),
  operation: z.string().optional().describe("Key of an operation; needs `api` and `version`."),
  application: z.string().optional(),
  product: z.string().optional(),
  plan: z.string().optional().describe("Needs `product`."),
  outcome: z.enum(OUTCOMES).optional(),
});

export const usageRowSchema = z
  .object({
    time: timeSchema.optional().describe("Start of the interval."),
    api: z.string().nullable().optional().describe("Null: no API was matched."),
    version: z.string().nullable().optional(),
    operation: z.string().nullable().optional(),
    method: z.string().nullable().optional(),
    path: z.string().nullable().optional(),
    application: z.string().nullable().optional().describe("Null: no application was recognised."),
    applicationName: z.string().nullable().optional(),
    product: z.string().nullable().optional(),
    plan: z.string().nullable().optional(),
    outcome: z.enum(OUTCOMES).optional(),
    requests: z.number().int(),
    errors: z.number().int().describe("Upstream or gateway failed."),
    refused: z.number().int().describe("A policy said no."),
    bytesIn: z.number().int(),
    bytesOut: z.number().int(),
    p50Ms: z.number().nullable().describe("Whole time at the gateway; within 5 %."),
    p95Ms: z.number().nullable(),
    p99Ms: z.number().nullable(),
    upstreamP95Ms: z.number().nullable().describe("Of it the time spent on the upstream."),
  })
  .meta({ id: "UsageRow" });

export const usageSchema = z
  .object({
    from: timeSchema,
    to: timeSchema,
    interval: z.enum(usageIntervals).nullable(),
    groupBy: z.array(z.enum(usageDimensions)),
    rows: z.array(usageRowSchema).describe("By time, then by requests, most first. At most 10,000."),
    truncated: z.boolean(),
  })
  .meta({ id: "Usage" });

export type UsageDimension = (typeof usageDimensions)[number];
export type UsageInterval = (typeof usageIntervals)[number];
export type UsageQuery = z.infer<typeof usageQuerySchema>;
export type UsageRow = z.infer<typeof usageRowSchema>;
export type Usage = z.infer<typeof usageSchema>;

import { z } from "zod";
import { telemetryBatchSchema, type TelemetryBatch } from "../../contract/telemetry";
import type { Spool, SpoolFormat } from "../spool/spool";
import { sumRows } from "./sum-rows";

const redoSchema = z.strictObject({
  cells: z.array(z.strictObject({ file: z.string(), index: z.number().int(), words: z.array(z.number().int()) })),
});

/** Absolute words of the cells a batch counted: repairs the baseline when a crash came between batch and baseline. */
export type MeterRedo = z.infer<typeof redoSchema>;

export type TelemetrySpool = Spool<TelemetryBatch, MeterRedo>;

export const TELEMETRY_FORMAT: SpoolFormat<TelemetryBatch, MeterRedo> = {
  name: "usage",
  batchSchema: telemetryBatchSchema,
  redoSchema,
  countRequests: ({ rows }) => rows.reduce((sum, { requests }) => sum + requests, 0),
  mergeRows: sumRows,
};

import { z } from "zod";
import { HISTOGRAM_BUCKETS } from "./histogram";
import { OUTCOMES } from "./outcome";

const count = z.number().int().nonnegative();
/** Postgres' integer, which the control plane's ids are. */
const id = count.max(2_147_483_647);

/** Sparse histogram: [bucket, count] pairs, buckets ascending (see histogram.ts). */
export const sparseHistogramSchema = z.array(
  z.tuple([
    z
      .number()
      .int()
      .min(0)
      .max(HISTOGRAM_BUCKETS - 1),
    count,
  ]),
);

/** Differences since the batch before. An id of 0 means "none": no route, no known application, no subscription. */
export const telemetryRowSchema = z.strictObject({
  operation: id,
  application: id,
  subscription: id,
  plan: id,
  outcome: z.enum(OUTCOMES),
  requests: count,
  bytesIn: count,
  bytesOut: count,
  /** Gateway latency: arrival at the first phase to the last byte, milliseconds. */
  latency: sparseHistogramSchema,
  /** Of it the time spent on the upstream. */
  upstreamLatency: sparseHistogramSchema,
});

/** The control plane applies each (node, sequence) exactly once and acknowledges the ones it already has. */
export const telemetryBatchSchema = z.strictObject({
  sequence: z.number().int().positive(),
  /** Minute the differences belong to (start, UTC). */
  minute: z.iso.datetime(),
  rows: z.array(telemetryRowSchema),
});

export const telemetryAnswerSchema = z.strictObject({ applied: z.boolean() });

export type SparseHistogram = z.infer<typeof sparseHistogramSchema>;
export type TelemetryRow = z.infer<typeof telemetryRowSchema>;
export type TelemetryBatch = z.infer<typeof telemetryBatchSchema>;

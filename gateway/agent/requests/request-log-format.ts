import { z } from "zod";
import { requestLogBatchSchema, type RequestLogBatch } from "../../contract/request-log";
import type { Spool, SpoolFormat } from "../spool/spool";

/** How far the rings have been read and what was dropped, after a batch: all there is to be known of them. Every number only grows. */
export const requestLogStateSchema = z.strictObject({
  /** Records that never came into a batch. */
  dropped: z.number().int().nonnegative(),
  rings: z.record(z.string(), z.strictObject({ read: z.number().nonnegative(), dropped: z.number().nonnegative() })),
});

export type RequestLogState = z.infer<typeof requestLogStateSchema>;
export type RequestLogSpool = Spool<RequestLogBatch, RequestLogState>;

export const REQUEST_LOG_FORMAT: SpoolFormat<RequestLogBatch, RequestLogState> = {
  name: "the request log",
  batchSchema: requestLogBatchSchema,
  redoSchema: requestLogStateSchema,
  countRequests: ({ rows }) => rows.length,
};

import "server-only";
import type { PoolClient } from "pg";
import type { RequestLogBatch, RequestRecord } from "@/gateway/contract/request-log";
import { pool } from "@/lib/database";
import { keptSince, maintainRequests } from "./maintain-requests";

/** A node's clock may run ahead; what happened cannot lie further in the future than this. */
const CLOCK_AHEAD_MS = 120_000;
/** Records of one node of one minute. Nodes keep to less by themselves (RECORDS_PER_MINUTE_AND_OUTCOME). */
export const RECORDS_PER_MINUTE = 30_000;

/** Days whose partitions this process has made sure of. */
const knownDays = new Set<string>();

/**
 * Adds a batch of a node to the request log, exactly once: the batch's (node, sequence) is written in the same transaction as its
 * records. Records that are older than what is kept are not written; those beyond what a minute may bring are counted as dropped.
 * @returns whether it was applied now; false when it had been before
 */
export async function applyRequestLog(nodeId: number, gatewayId: number, batch: RequestLogBatch): Promise<boolean> {
  const now = Date.now();
  const minute = new Date(Math.min(Date.parse(batch.minute), now + CLOCK_AHEAD_MS));
  const timed = batch.rows
    .map((record) => ({ record, time: new Date(Math.min(Date.parse(record.at), now + CLOCK_AHEAD_MS)) }))
    .filter(({ time }) => time >= keptSince(now));
  const client = await pool().connect();
  try {
    await ensurePartitions(client, timed);
    await client.query("BEGIN");
    // Batches of one node one after the other, so that each sees what the one before has said was dropped.
    await client.query(`INSERT INTO request_log.node (node, dropped) VALUES ($1, 0) ON CONFLICT DO NOTHING`, [nodeId]);
    const isNew = await applyNew(client, nodeId, gatewayId, batch, minute, timed);
    await client.query("COMMIT");
    return isNew;
  } catch (error) {
    await client.query("ROLLBACK").catch(() => undefined);
    throw error;
  } finally {
    client.release();
  }
}

interface TimedRecord {
  readonly record: RequestRecord;
  readonly time: Date;
}

async function applyNew(
  client: PoolClient,
  nodeId: number,
  gatewayId: number,
  batch: RequestLogBatch,
  minute: Date,
  timed: readonly TimedRecord[],
): Promise<boolean> {
  const known = await client.query<{ dropped: string }>(
    `SELECT dropped FROM request_log.node WHERE node = $1 FOR UPDATE`,
    [nodeId],
  );
  const { rows } = await client.query<{ kept: string; applied: boolean }>(
    `SELECT coalesce(sum(kept) FILTER (WHERE minute = $3), 0) AS kept, coalesce(bool_or(sequence = $2), false) AS applied
     FROM request_log.applied_batch WHERE node = $1 AND (minute = $3 OR sequence = $2)`,
    [nodeId, batch.sequence, minute],
  );
  if (rows[0]?.applied === true) {
    return false;
  }
  const room = Math.max(0, RECORDS_PER_MINUTE - Number(rows[0]?.kept ?? 0));
  const kept = timed.slice(0, room);
  const reported = Math.max(0, batch.dropped - Number(known.rows[0]?.dropped ?? 0));
  await client.query(
    `INSERT INTO request_log.applied_batch (node, sequence, minute, kept, dropped) VALUES ($1, $2, $3, $4, $5)`,
    [nodeId, batch.sequence, minute, kept.length, reported + timed.length - kept.length],
  );
  await client.query(`UPDATE request_log.node SET dropped = greatest(dropped, $2) WHERE node = $1`, [
    nodeId,
    batch.dropped,
  ]);
  await insertRecords(client, nodeId, gatewayId, kept);
  return true;
}

async function insertRecords(
  client: PoolClient,
  nodeId: number,
  gatewayId: number,
  timed: readonly TimedRecord[],
): Promise<void> {
  if (timed.length === 0) {
    return;
  }
  await client.query({
    name: "apply-request-log",
    text: `
      INSERT INTO request_log.record
        (time, request_id, node, gateway, api_version, operation, application, outcome, code, record)
      SELECT time, request_id, $1, $2, api_version, operation, application, outcome, code, record
      FROM unnest($3::timestamptz[], $4::text[], $5::int[], $6::int[], $7::int[], $8::text[], $9::text[], $10::jsonb[])
        AS row (time, request_id, api_version, operation, application, outcome, code, record)`,
    values: [
      nodeId,
      gatewayId,
      timed.map(({ time }) => time),
      timed.map(({ record }) => record.requestId),
      timed.map(({ record }) => record.apiVersion),
      timed.map(({ record }) => record.operation),
      timed.map(({ record }) => record.application),
      timed.map(({ record }) => record.outcome),
      timed.map(({ record }) => record.code ?? null),
      timed.map(({ record }) => JSON.stringify(record)),
    ],
  });
}

/** Each in its own transaction: it waits for a lock that others must not wait for while the batch is applied. */
async function ensurePartitions(client: PoolClient, timed: readonly TimedRecord[]): Promise<void> {
  const days = new Map(timed.map(({ time }) => [time.toISOString().slice(0, 10), time]));
  for (const [day, time] of days) {
    if (!knownDays.has(day)) {
      await maintainRequests(time, client);
      knownDays.add(day);
    }
  }
}

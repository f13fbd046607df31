import "server-only";
import { HISTOGRAM_BUCKETS } from "@/gateway/contract/histogram";
import type { SparseHistogram, TelemetryBatch } from "@/gateway/contract/telemetry";
import { pool } from "@/lib/database";
import type { PoolClient } from "pg";
import { maintainUsage } from "./maintain-usage";

/** A node's clock may run ahead; what was measured cannot lie further in the future than this. */
const CLOCK_AHEAD_MS = 120_000;
/** Longer than any node keeps what it could not send: a minute before that comes from a clock that was never set. */
const OLDEST_MINUTE_MS = 60 * 24 * 3600 * 1000;

/** Days whose partitions this process has made sure of. */
const knownDays = new Set<string>();

/**
 * Adds a batch of a node to the usage tables, exactly once: the batch's (node, sequence) is written in the same transaction as its
 * numbers. A second copy finds it there, also one that arrives at the same moment: it waits for the first to commit.
 * @returns whether it was applied now; false when it had been before
 */
export async function applyTelemetry(nodeId: number, gatewayId: number, batch: TelemetryBatch): Promise<boolean> {
  const minute = clampMinute(Date.parse(batch.minute), Date.now());
  const client = await pool().connect();
  try {
    await ensurePartitions(client, minute);
    await client.query("BEGIN");
    const { rowCount } = await client.query(
      `INSERT INTO usage.applied_batch (node, sequence) VALUES ($1, $2) ON CONFLICT DO NOTHING`,
      [nodeId, batch.sequence],
    );
    if (rowCount === 1 && batch.rows.length > 0) {
      await addRows(client, gatewayId, minute, batch);
    }
    await client.query("COMMIT");
    return rowCount === 1;
  } catch (error) {
    await client.query("ROLLBACK").catch(() => undefined);
    throw error;
  } finally {
    client.release();
  }
}

const COLUMNS =
  "time, gateway, operation, application, subscription, plan, outcome, requests, bytes_in, bytes_out, latency, upstream_latency";

/**
 * One statement for minute, hour and day. Rows are grouped first (a batch may name the same cell twice) and written in the order of
 * their key: two batches that touch the same rows take their locks in the same order.
 */
const ADD_ROWS = `
WITH given AS MATERIALIZED (
  SELECT operation, application, subscription, plan, outcome,
    sum(requests)::bigint AS requests, sum(bytes_in)::bigint AS bytes_in, sum(bytes_out)::bigint AS bytes_out,
    usage.histogram_sum(latency::bigint[]) AS latency, usage.histogram_sum(upstream_latency::bigint[]) AS upstream_latency
  FROM unnest($3::int[], $4::int[], $5::int[], $6::int[], $7::text[], $8::bigint[], $9::bigint[], $10::bigint[], $11::text[], $12::text[])
    AS row (operation, application, subscription, plan, outcome, requests, bytes_in, bytes_out, latency, upstream_latency)
  GROUP BY operation, application, subscription, plan, outcome
  ORDER BY operation, application, subscription, plan, outcome
), in_minutes AS (${addTo("minute")}), in_hours AS (${addTo("hour")})
${addTo("day")}`;

function addTo(table: "minute" | "hour" | "day"): string {
  return `
  INSERT INTO usage.${table} AS kept (${COLUMNS})
  SELECT date_trunc('${table}', $1::timestamptz, 'UTC'), $2, operation, application, subscription, plan, outcome,
    requests, bytes_in, bytes_out, latency, upstream_latency
  FROM given
  ON CONFLICT (time, gateway, operation, application, subscription, plan, outcome) DO UPDATE SET
    requests = kept.requests + excluded.requests,
    bytes_in = kept.bytes_in + excluded.bytes_in,
    bytes_out = kept.bytes_out + excluded.bytes_out,
    latency = usage.histogram_add(kept.latency, excluded.latency),
    upstream_latency = usage.histogram_add(kept.upstream_latency, excluded.upstream_latency)`;
}

async function addRows(client: PoolClient, gatewayId: number, minute: Date, { rows }: TelemetryBatch): Promise<void> {
  await client.query({
    name: "apply-telemetry",
    text: ADD_ROWS,
    values: [
      minute,
      gatewayId,
      rows.map(({ operation }) => operation),
      rows.map(({ application }) => application),
      rows.map(({ subscription }) => subscription),
      rows.map(({ plan }) => plan),
      rows.map(({ outcome }) => outcome),
      rows.map(({ requests }) => requests),
      rows.map(({ bytesIn }) => bytesIn),
      rows.map(({ bytesOut }) => bytesOut),
      rows.map(({ latency }) => arrayLiteral(latency)),
      rows.map(({ upstreamLatency }) => arrayLiteral(upstreamLatency)),
    ],
  });
}

/** A dense Postgres array without trailing zeros: [[2, 5]] is {0,0,5}. */
function arrayLiteral(histogram: SparseHistogram): string {
  const counts: number[] = [];
  for (const [bucket, count] of histogram) {
    if (bucket < HISTOGRAM_BUCKETS && count > 0) {
      while (counts.length < bucket) {
        counts.push(0);
      }
      counts[bucket] = (counts[bucket] ?? 0) + count;
    }
  }
  return `{${counts.join(",")}}`;
}

/** What cannot be true is counted as it arrives: the calls were made, and a partition of the year 1970 or 9999 helps nobody. */
function clampMinute(minute: number, now: number): Date {
  return new Date(minute < now - OLDEST_MINUTE_MS ? now : Math.min(minute, now + CLOCK_AHEAD_MS));
}

/** In its own transaction: it waits for a lock that others must not wait for while this batch is applied. */
async function ensurePartitions(client: PoolClient, minute: Date): Promise<void> {
  const day = minute.toISOString().slice(0, 10);
  if (!knownDays.has(day)) {
    await maintainUsage(minute, client);
    knownDays.add(day);
  }
}

import "server-only";
import { pool } from "@/lib/database";
import type { PoolClient } from "pg";

/** How long each resolution is kept; days are kept for good. */
export const KEEP_MINUTES_DAYS = 14;
export const KEEP_HOURS_DAYS = 400;

const DAY_MS = 24 * 3600 * 1000;

/** Makes the partitions of a moment and drops those that are too old. Cheap; runs at every start and with the first batch of a day. */
export async function maintainUsage(moment: Date, client: Pick<PoolClient, "query"> = pool()): Promise<void> {
  const now = Date.now();
  await client.query("SELECT usage.drop_before($1, $2)", [
    new Date(now - KEEP_MINUTES_DAYS * DAY_MS),
    new Date(now - KEEP_HOURS_DAYS * DAY_MS),
  ]);
  await client.query("SELECT usage.ensure_partitions($1)", [moment]);
}

import "server-only";
import type { PoolClient } from "pg";
import { pool } from "@/lib/database";
import { env } from "@/lib/env";

const DAY_MS = 24 * 3600 * 1000;

/** Records are kept until then: whole days, so a little longer than the setting says. */
export function keptSince(now: number): Date {
  return new Date(now - env().requestLogDays * DAY_MS);
}

/** Makes the partition of a moment and drops the days that are too old. Cheap; runs at every start and with the first record of a day. */
export async function maintainRequests(moment: Date, client: Pick<PoolClient, "query"> = pool()): Promise<void> {
  await client.query("SELECT request_log.drop_before($1)", [keptSince(Date.now())]);
  await client.query("SELECT request_log.ensure_partition($1)", [moment]);
}

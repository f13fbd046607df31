import { expect, vi } from "vitest";
import { pool } from "@/lib/database";

export interface HeldAuditLog {
  readonly arrived: (waiting: number) => Promise<void>;
  readonly release: () => Promise<void>;
}

/**
 * Keeps every change from committing: its last step is a line in the audit log.
 * @returns `arrived` waits until so many stand before that or another lock; `release` lets them go
 */
export async function holdAuditLog(): Promise<HeldAuditLog> {
  const client = await pool().connect();
  await client.query("BEGIN");
  await client.query("LOCK TABLE audit_entry IN EXCLUSIVE MODE");
  const arrived = (waiting: number) =>
    vi.waitFor(async () => {
      const { rowCount } = await client.query(
        "SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()",
      );
      expect(rowCount).toBe(waiting);
    }, 10_000);
  return {
    arrived,
    release: async () => {
      await client.query("COMMIT");
      client.release();
    },
  };
}

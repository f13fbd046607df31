import "server-only";
import { Prisma } from "@/prisma/client/client";
import type { Transaction } from "./database";

export type LockableTable =
  | "api"
  | "api_version"
  | "application"
  | "gateway"
  | "plan"
  | "product"
  | "sla_tier"
  | "subscription"
  | "team"
  | "upstream"
  | "user";

/**
 * Holds a row until the transaction ends, so that checks (If-Match, state, what depends on it) stay true until the change.
 * @returns whether the row is still there
 */
export async function lockRow(transaction: Transaction, table: LockableTable, id: number): Promise<boolean> {
  const name = Prisma.raw(`"${table}"`);
  const rows = await transaction.$queryRaw<unknown[]>`SELECT 1 FROM ${name} WHERE id = ${id} FOR UPDATE`;
  return rows.length > 0;
}

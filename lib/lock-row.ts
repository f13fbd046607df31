import "server-only";
import { Prisma } from "@/prisma/client/client";
import type { Transaction } from "./database";
import { ApiError } from "./errors";

export type LockableTable =
  | "api"
  | "api_version"
  | "application"
  | "environment"
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
 * @throws ApiError not_found when the row is gone since it was found
 */
export function lockRow(transaction: Transaction, table: LockableTable, id: number): Promise<void> {
  return take(transaction, table, id, "FOR UPDATE");
}

/**
 * Keeps a row from being removed until the transaction ends; others may change it.
 * @throws ApiError not_found when the row is gone since it was found
 */
export function keepRow(transaction: Transaction, table: LockableTable, id: number): Promise<void> {
  return take(transaction, table, id, "FOR KEY SHARE");
}

async function take(
  transaction: Transaction,
  table: LockableTable,
  id: number,
  strength: "FOR UPDATE" | "FOR KEY SHARE",
): Promise<void> {
  const name = Prisma.raw(`"${table}"`);
  const rows = await transaction.$queryRaw<unknown[]>`SELECT 1 FROM ${name} WHERE id = ${id} ${Prisma.raw(strength)}`;
  if (rows.length === 0) {
    throw new ApiError("not_found", `The ${table.replace("_", " ")} was removed meanwhile.`);
  }
}

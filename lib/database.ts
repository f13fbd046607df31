import "server-only";
import { PrismaPg } from "@prisma/adapter-pg";
import pg from "pg";
import { type Prisma, PrismaClient } from "@/prisma/client/client";
import { env } from "./env";
import { log } from "./log";

export type Transaction = Prisma.TransactionClient;

interface Connections {
  readonly pool: pg.Pool;
  readonly client: PrismaClient;
}

/** Next.js may load a module more than once in a process; the connections are one. */
const holder = globalThis as { gatehouseConnections?: Connections };

function connections(): Connections {
  holder.gatehouseConnections ??= connect();
  return holder.gatehouseConnections;
}

/**
 * No statement, and no wait for a lock within one, may hold a connection for longer. DATABASE_URL may say otherwise:
 * ?statement_timeout=120000.
 */
const STATEMENT_TIMEOUT_MS = 60_000;
/** A transaction that was left open keeps its locks; longer than the longest transaction may take (a publish, two minutes). */
const IDLE_IN_TRANSACTION_TIMEOUT_MS = 150_000;

function connect(): Connections {
  const pool = new pg.Pool({
    connectionString: env().databaseUrl,
    max: 20,
    connectionTimeoutMillis: 10_000,
    statement_timeout: STATEMENT_TIMEOUT_MS,
    idle_in_transaction_session_timeout: IDLE_IN_TRANSACTION_TIMEOUT_MS,
  });
  // Without a listener an idle connection that breaks (the server restarts) would end the process; the pool opens another.
  pool.on("error", (error) => log.warn({ error }, "a database connection broke"));
  return { pool, client: new PrismaClient({ adapter: new PrismaPg(pool) }) };
}

/** Edited rows. */
export function database(): PrismaClient {
  return connections().client;
}

/** Plain SQL, for measured facts and for what Prisma has no words for. Shares its connections with `database()`. */
export function pool(): pg.Pool {
  return connections().pool;
}

/**
 * Runs a change as one transaction (read committed). Whatever it throws rolls everything back.
 * @param timeoutMs how long it may take before it is rolled back
 */
export function inTransaction<Result>(
  work: (transaction: Transaction) => Promise<Result>,
  { timeoutMs = 30_000 }: { readonly timeoutMs?: number } = {},
): Promise<Result> {
  return database().$transaction(work, { maxWait: 10_000, timeout: timeoutMs });
}

/** Closes every connection: for scripts and tests, which would otherwise not end. */
export async function disconnect(): Promise<void> {
  const open = holder.gatehouseConnections;
  delete holder.gatehouseConnections;
  if (open !== undefined) {
    await open.client.$disconnect();
    await open.pool.end();
  }
}

import { randomBytes } from "node:crypto";
import pg from "pg";
import { afterAll, beforeAll, inject } from "vitest";
import { disconnect } from "../database";
import { stopListening } from "../notify/listen";

/** What the settings are in tests; the database's address is added per file. */
const SETTINGS = {
  GATEHOUSE_SECRET: "a secret of tests that is long enough to be taken",
  GATEHOUSE_PUBLIC_URL: "http://portal.test",
  GATEHOUSE_GATEWAY_URL: "http://gateway.test",
  NEXTAUTH_URL: "http://portal.test",
} as const;

/**
 * Gives a test file a database of its own, migrated and empty, on a real Postgres (postgres-global-setup.ts). Call it once, at the top
 * of the file; use cases find the database through their settings, as in a real process.
 */
export function prepareTestDatabase(): void {
  const name = `gatehouse_test_${randomBytes(8).toString("hex")}`;
  const server = () => new pg.Client({ connectionString: address("postgres") });

  beforeAll(async () => {
    await run(server(), `CREATE DATABASE ${name} TEMPLATE ${inject("postgresTemplate")}`);
    Object.assign(process.env, SETTINGS, { DATABASE_URL: address(name) });
  });

  afterAll(async () => {
    await stopListening();
    await disconnect();
    await run(server(), `DROP DATABASE ${name} WITH (FORCE)`);
  });
}

function address(database: string): string {
  const url = new URL(inject("postgresUrl"));
  url.pathname = `/${database}`;
  return url.href;
}

async function run(client: pg.Client, sql: string): Promise<void> {
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}

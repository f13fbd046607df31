import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import pg from "pg";
import type { TestProject } from "vitest/node";
import { buildDocumentWorker } from "../../scripts/build-document-worker.mjs";
import { migrate } from "../../scripts/migrate.mjs";
import { makePassable } from "../../scripts/lib/postgres-runner.mjs";
import { startEmbeddedPostgres } from "../../scripts/lib/postgres.mjs";

declare module "vitest" {
  interface ProvidedContext {
    /** Connection string of a server on which tests may make databases. */
    postgresUrl: string;
    /** Name of a migrated, empty database to copy. */
    postgresTemplate: string;
  }
}

/**
 * The thread that reads documents, and one real Postgres for all database tests of a run: the one of DATABASE_URL_TEST_SERVER, else an embedded one in a folder of its own.
 * Migrates a template once; each test file copies it.
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  // Built from what is there now, as vitest does with everything else.
  await buildDocumentWorker();
  const server = await takeServer();
  const template = `gatehouse_template_${process.pid}_${Date.now()}`;
  await execute(server.url, `CREATE DATABASE ${template}`);
  await migrate(withDatabase(server.url, template));
  project.provide("postgresUrl", server.url);
  project.provide("postgresTemplate", template);
  return async () => {
    await execute(server.url, `DROP DATABASE ${template} WITH (FORCE)`);
    await server.stop();
  };
}

function withDatabase(url: string, name: string): string {
  const address = new URL(url);
  address.pathname = `/${name}`;
  return address.href;
}

async function takeServer(): Promise<{ url: string; stop: () => Promise<void> }> {
  const given = process.env["DATABASE_URL_TEST_SERVER"];
  if (given !== undefined && given !== "") {
    return { url: given, stop: () => Promise.resolve() };
  }
  const directory = mkdtempSync(path.join(tmpdir(), "gatehouse-test-postgres-"));
  makePassable(directory);
  // Nothing of it outlives the run: safety on disk only costs time.
  const settings = { fsync: "off", synchronous_commit: "off", full_page_writes: "off", max_connections: "300" };
  const server = await startEmbeddedPostgres({ directory, settings });
  return {
    url: server.url,
    stop: async () => {
      await server.stop();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

async function execute(url: string, sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: withDatabase(url, "postgres") });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}

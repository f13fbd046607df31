// Brings a database to the schema of this version: applies prisma/migrations/*/migration.sql in order. Needs no Prisma CLI, and
// `prisma migrate status` accepts what it writes.
import { createHash, randomUUID } from "node:crypto";
import { existsSync, readFileSync, readdirSync } from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { connectOrExplain } from "./lib/database.mjs";
import { inRoot } from "./lib/paths.mjs";
import { PlainError } from "./lib/plain-error.mjs";
import { reportFailure } from "./lib/report-failure.mjs";

/** Any number that nobody else takes: two portals that start at once migrate one after the other. */
const ADVISORY_LOCK = 720_226_001;

/** The table as Prisma's own engine makes it. */
const CREATE_TABLE = `CREATE TABLE IF NOT EXISTS "_prisma_migrations" (
  "id" VARCHAR(36) PRIMARY KEY NOT NULL,
  "checksum" VARCHAR(64) NOT NULL,
  "finished_at" TIMESTAMPTZ,
  "migration_name" VARCHAR(255) NOT NULL,
  "logs" TEXT,
  "rolled_back_at" TIMESTAMPTZ,
  "started_at" TIMESTAMPTZ NOT NULL DEFAULT now(),
  "applied_steps_count" INTEGER NOT NULL DEFAULT 0
)`;

/**
 * @param {string} databaseUrl
 * @param {string} [folder]
 * @returns {Promise<{ applied: readonly string[], empty: boolean }>} names of the migrations applied now; empty: nothing was there before
 * @throws {PlainError} when the database cannot be reached, is newer than this version, or a migration fails (rolled back whole)
 */
export async function migrate(databaseUrl, folder = inRoot("prisma", "migrations")) {
  const migrations = readMigrations(folder);
  const client = await connectOrExplain(databaseUrl);
  try {
    await client.query("SELECT pg_advisory_lock($1)", [ADVISORY_LOCK]);
    await client.query(CREATE_TABLE);
    const { rows } = await client.query(
      'SELECT migration_name, checksum, finished_at FROM "_prisma_migrations" WHERE rolled_back_at IS NULL',
    );
    const done = checkHistory(migrations, rows);
    const applied = [];
    for (const migration of migrations) {
      if (!done.has(migration.name)) {
        await apply(client, migration);
        applied.push(migration.name);
      }
    }
    return { applied, empty: done.size === 0 };
  } finally {
    // Ends the session, and with it the lock.
    await client.end();
  }
}

/**
 * @param {string} folder
 * @returns {{ name: string, sql: string, checksum: string }[]}
 */
function readMigrations(folder) {
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && existsSync(path.join(folder, entry.name, "migration.sql")))
    .map((entry) => entry.name)
    .sort()
    .map((name) => {
      const sql = readFileSync(path.join(folder, name, "migration.sql"), "utf8");
      return { name, sql, checksum: createHash("sha256").update(sql).digest("hex") };
    });
}

/**
 * @param {readonly { name: string, checksum: string }[]} migrations
 * @param {readonly { migration_name: string, checksum: string, finished_at: Date | null }[]} rows
 * @returns {Set<string>} names of those already applied
 */
function checkHistory(migrations, rows) {
  const known = new Map(migrations.map((migration) => [migration.name, migration]));
  for (const row of rows) {
    const migration = known.get(row.migration_name);
    if (migration === undefined) {
      throw new PlainError(
        `The database was migrated by a newer version of Gatehouse (it has "${row.migration_name}"): update this one, or use ` +
          "another database.",
      );
    }
    if (migration.checksum !== row.checksum) {
      throw new PlainError(
        `The migration "${row.migration_name}" is not the one that was applied to the database: restore the file, or use an ` +
          "empty database.",
      );
    }
    if (row.finished_at === null) {
      throw new PlainError(
        `The migration "${row.migration_name}" was begun by another tool and did not finish: resolve it with \`npx prisma ` +
          "migrate resolve`.",
      );
    }
  }
  return new Set(rows.map((row) => row.migration_name));
}

/**
 * @param {import("pg").Client} client
 * @param {{ name: string, sql: string, checksum: string }} migration
 */
async function apply(client, { name, sql, checksum }) {
  try {
    await client.query("BEGIN");
    await client.query(sql);
    await client.query(
      `INSERT INTO "_prisma_migrations" (id, checksum, finished_at, migration_name, applied_steps_count)
       VALUES ($1, $2, clock_timestamp(), $3, 1)`,
      [randomUUID(), checksum, name],
    );
    await client.query("COMMIT");
  } catch (error) {
    await client.query("ROLLBACK").catch(() => undefined);
    const message = error instanceof Error ? error.message : String(error);
    throw new PlainError(`The migration "${name}" failed and was rolled back: ${message}.`, { cause: error });
  }
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  try {
    const url = process.env.DATABASE_URL;
    if (!url) {
      throw new PlainError("Set DATABASE_URL to the database to migrate.");
    }
    const { applied } = await migrate(url);
    process.stdout.write(applied.length === 0 ? "Nothing to apply.\n" : `Applied: ${applied.join(", ")}\n`);
  } catch (error) {
    reportFailure(error);
  }
}

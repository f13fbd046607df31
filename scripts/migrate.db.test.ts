import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import pg from "pg";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { connectOrExplain } from "./lib/database.mjs";
import { findFreePort } from "./lib/ports.mjs";
import { makePassable } from "./lib/postgres-runner.mjs";
import { startEmbeddedPostgres } from "./lib/postgres.mjs";
import { waitUntil } from "./lib/processes.mjs";
import { migrate } from "./migrate.mjs";

let directory: string;
let postgres: Awaited<ReturnType<typeof startEmbeddedPostgres>>;

beforeAll(async () => {
  directory = mkdtempSync(path.join(tmpdir(), "gatehouse-postgres-"));
  makePassable(directory);
  postgres = await start();
});

afterAll(async () => {
  await postgres.stop();
  rmSync(directory, { recursive: true, force: true });
});

function start() {
  return startEmbeddedPostgres({ directory, settings: { fsync: "off" } });
}

async function query(sql: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: postgres.url });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows;
  } finally {
    await client.end();
  }
}

describe("the embedded Postgres", () => {
  it("is version 18 and listens on the loopback address only", async () => {
    const [row] = await query(
      "SELECT current_setting('server_version_num')::int AS version, current_setting('listen_addresses') AS at",
    );
    expect(row).toEqual({ version: expect.any(Number) as number, at: "127.0.0.1" });
    expect(Math.floor((row?.version as number) / 10_000)).toBe(18);
  });

  it("keeps its data, its password and its address over a stop and a start", async () => {
    await query("CREATE TABLE kept (id int); INSERT INTO kept VALUES (1)");
    const { url } = postgres;
    await postgres.stop();
    postgres = await start();
    expect(postgres.url).toBe(url);
    expect(postgres.created).toBe(false);
    expect(await query("SELECT id FROM kept")).toEqual([{ id: 1 }]);
  });

  it("starts after its postmaster was killed", async () => {
    postgres.process.kill("SIGKILL");
    await waitUntil(() => postgres.process.signalCode !== null, { timeoutMs: 5000 });
    postgres = await start();
    expect(await query("SELECT id FROM kept")).toEqual([{ id: 1 }]);
  });

  it("starts when the pid file names a process of somebody else", async () => {
    await postgres.stop();
    writeFileSync(path.join(directory, "data", "postmaster.pid"), `${process.pid}\n${directory}/data\n0\n`);
    postgres = await start();
    expect(await query("SELECT id FROM kept")).toEqual([{ id: 1 }]);
  });

  it("ends a postmaster that lost its start, and takes its place", async () => {
    const left = postgres;
    postgres = await start();
    expect(left.process.exitCode ?? left.process.signalCode).not.toBeNull();
    expect(await query("SELECT id FROM kept")).toEqual([{ id: 1 }]);
  });

  it("takes another port when its own was given away meanwhile", async () => {
    await postgres.stop();
    const port = await findFreePort();
    const { createServer } = await import("node:net");
    const thief = createServer();
    await new Promise<void>((resolve) => thief.listen(port, "127.0.0.1", resolve));
    writeFileSync(path.join(directory, "port"), String(port));
    postgres = await start();
    await new Promise((resolve) => thief.close(resolve));
    expect(new URL(postgres.url).port).not.toBe(String(port));
    expect(await query("SELECT id FROM kept")).toEqual([{ id: 1 }]);
  });
});

describe("migrations", () => {
  let folder: string;

  beforeEach(async () => {
    folder = mkdtempSync(path.join(directory, "migrations-"));
    await query(`DROP SCHEMA public CASCADE; CREATE SCHEMA public`);
  });

  function add(name: string, sql: string) {
    mkdirSync(path.join(folder, name), { recursive: true });
    writeFileSync(path.join(folder, name, "migration.sql"), sql);
  }

  it("are applied in order, once, and leave the rows that Prisma reads", async () => {
    add("2_second", "INSERT INTO thing VALUES (2)");
    add("1_first", "CREATE TABLE thing (id int); INSERT INTO thing VALUES (1)");
    expect(await migrate(postgres.url, folder)).toEqual({ applied: ["1_first", "2_second"], empty: true });
    expect(await migrate(postgres.url, folder)).toEqual({ applied: [], empty: false });
    expect(await query("SELECT id FROM thing ORDER BY id")).toEqual([{ id: 1 }, { id: 2 }]);
    const rows = await query(
      `SELECT migration_name, length(checksum) AS checksum, finished_at IS NOT NULL AS finished, applied_steps_count
       FROM _prisma_migrations ORDER BY migration_name`,
    );
    const row = { checksum: 64, finished: true, applied_steps_count: 1 };
    expect(rows).toEqual([
      { migration_name: "1_first", ...row },
      { migration_name: "2_second", ...row },
    ]);
  });

  it("that fail are rolled back whole, and those before stay", async () => {
    add("1_first", "CREATE TABLE thing (id int)");
    add("2_broken", "INSERT INTO thing VALUES (1); SELECT 1/0");
    await expect(migrate(postgres.url, folder)).rejects.toThrow(
      'The migration "2_broken" failed and was rolled back: division by zero.',
    );
    expect(await query("SELECT id FROM thing")).toEqual([]);
    add("2_broken", "INSERT INTO thing VALUES (2)");
    expect((await migrate(postgres.url, folder)).applied).toEqual(["2_broken"]);
  });

  it("of starts at the same time are applied once", async () => {
    add("1_first", "CREATE TABLE thing (id int); SELECT pg_sleep(0.3)");
    const results = await Promise.all(Array.from({ length: 4 }, () => migrate(postgres.url, folder)));
    expect(results.map(({ applied }) => applied.length).sort()).toEqual([0, 0, 0, 1]);
  });

  it("refuse a database of a newer version, and one whose history differs", async () => {
    add("1_first", "CREATE TABLE thing (id int)");
    add("2_second", "SELECT 1");
    await migrate(postgres.url, folder);
    rmSync(path.join(folder, "2_second"), { recursive: true });
    await expect(migrate(postgres.url, folder)).rejects.toThrow(/newer version of Gatehouse \(it has "2_second"\)/);
    add("2_second", "SELECT 2");
    await expect(migrate(postgres.url, folder)).rejects.toThrow(/is not the one that was applied/);
  });

  it("of this version bring an empty database to the schema", async () => {
    const { applied } = await migrate(postgres.url);
    expect(applied.length).toBeGreaterThan(0);
    expect(await query('SELECT count(*)::int AS users FROM "user"')).toEqual([{ users: 0 }]);
  });
});

describe("a database that cannot be used gets one sentence", () => {
  const secret = () => readFileSync(path.join(directory, "password"), "utf8").trim();

  it("when nobody answers", async () => {
    const port = await findFreePort();
    await expect(connectOrExplain(`postgresql://me:hunter2@127.0.0.1:${port}/x`)).rejects.toThrow(
      `No Postgres answers at 127.0.0.1:${port} (connection refused): start it, or correct DATABASE_URL.`,
    );
  });

  it("when the password is wrong, without repeating it", async () => {
    const url = postgres.url.replace(secret(), "hunter2");
    await expect(connectOrExplain(url)).rejects.toThrow(/refuses the user "gatehouse": correct the user or password/);
    await expect(connectOrExplain(url)).rejects.not.toThrow(/hunter2/);
  });

  it("when the database does not exist", async () => {
    await expect(connectOrExplain(postgres.url.replace(/gatehouse$/, "other"))).rejects.toThrow(
      /has no database "other"/,
    );
  });

  it("when the host is unknown", async () => {
    await expect(connectOrExplain("postgresql://me@database.invalid/x")).rejects.toThrow(
      /database\.invalid.* is unknown/,
    );
  });
});

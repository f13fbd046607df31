import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, it } from "vitest";
import { connectOrExplain } from "./database.mjs";
import { startEmbeddedPostgres } from "./postgres.mjs";

it.runIf(process.getuid?.() === 0)("root's Postgres runs in a folder that only root may enter", async () => {
  const closed = mkdtempSync(path.join(tmpdir(), "gatehouse-closed-"));
  const directory = path.join(closed, "postgres");
  mkdirSync(directory);
  try {
    const postgres = await startEmbeddedPostgres({ directory, settings: { fsync: "off" } });
    try {
      const client = await connectOrExplain(postgres.url);
      expect((await client.query("SELECT 1 AS one")).rows).toEqual([{ one: 1 }]);
      await client.end();
    } finally {
      await postgres.stop();
    }
  } finally {
    rmSync(closed, { recursive: true, force: true });
  }
});

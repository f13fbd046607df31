import { existsSync, readFileSync, renameSync, rmSync } from "node:fs";
import path from "node:path";
import { connectOrExplain } from "./database.mjs";

/**
 * The bundled gateway's state belongs to one database. When the data directory is now used with another one (DATABASE_URL was set, or
 * the database was made anew), the node of the old one is put aside, so that a new one enrols instead of being refused for ever.
 * @param {string} databaseUrl
 * @param {string} stateDir
 * @returns {Promise<boolean>} whether the state was put aside
 */
export async function setAsideForeignNode(databaseUrl, stateDir) {
  const node = readNode(stateDir);
  if (node === undefined) {
    return false;
  }
  const client = await connectOrExplain(databaseUrl);
  try {
    const { rowCount } = await client.query("SELECT 1 FROM node WHERE public_id = $1 AND retired_at IS NULL", [node]);
    if (rowCount !== 0) {
      return false;
    }
  } finally {
    await client.end();
  }
  const aside = `${stateDir}.other-database`;
  rmSync(aside, { recursive: true, force: true });
  renameSync(stateDir, aside);
  return true;
}

/** @param {string} stateDir */
function readNode(stateDir) {
  const file = path.join(stateDir, "node.json");
  if (!existsSync(file)) {
    return undefined;
  }
  try {
    const { node } = JSON.parse(readFileSync(file, "utf8"));
    return typeof node === "string" ? node : undefined;
  } catch {
    // Damaged: the agent says so, and what to do.
    return undefined;
  }
}

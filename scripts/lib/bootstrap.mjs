import { randomBytes } from "node:crypto";
import { connectOrExplain } from "./database.mjs";
import { inRoot } from "./paths.mjs";
import { PlainError } from "./plain-error.mjs";
import { lastLines, runCommand } from "./run-command.mjs";
import { readOrCreate } from "./secrets.mjs";

/**
 * What a start needs to know of the database's content once it is set up.
 *
 * @typedef {object} Prepared
 * @property {{ email: string, generatedPassword: string | null } | null} admin only when the first admin was created now
 * @property {string} enrolToken lets the bundled gateway enrol
 * @property {boolean} hasDemo whether there is a demonstration workspace
 * @property {{ basePath: string, key: string } | null} demo only when it was created now; the key is shown this once
 */

/**
 * Sets up what a control plane cannot be without (scripts/bootstrap.ts, which leaves alone what is there), and the demonstration
 * workspace where it is wanted.
 * @param {object} options
 * @param {NodeJS.ProcessEnv} options.environment as the portal gets it
 * @param {boolean | undefined} options.demo undefined: on an empty embedded database
 * @param {boolean} options.isEmbedded
 * @param {string} options.databaseUrl
 * @param {ReturnType<typeof import("./child-environments.mjs").dataPaths>} options.paths
 * @returns {Promise<Prepared>}
 * @throws {PlainError}
 */
export async function prepareWorkspace({ environment, demo, isEmbedded, databaseUrl, paths }) {
  const hasPeople = await readHasPeople(databaseUrl);
  const enrolToken = readOrCreate(paths.enrolToken, () => `gh_enrol_${randomBytes(24).toString("base64url")}`);
  /** @type {NodeJS.ProcessEnv} */
  const env = { ...environment, GATEHOUSE_ENROL_TOKEN: enrolToken };
  env.GATEHOUSE_DEMO = (demo ?? (isEmbedded && !hasPeople)) ? "1" : "0";
  if (!hasPeople && env.GATEHOUSE_ADMIN_TOKEN === undefined) {
    // For the commands of this machine, like `npm run demo -- remove`.
    env.GATEHOUSE_ADMIN_TOKEN = readOrCreate(paths.adminToken, () => `gh_pat_${randomBytes(24).toString("base64url")}`);
  }
  const { code, output } = await runCommand(
    process.execPath,
    ["--enable-source-maps", inRoot("dist", "bootstrap.mjs")],
    {
      env,
    },
  );
  const line = output.trimEnd().split("\n").at(-1) ?? "";
  if (code !== 0 || !line.startsWith("{")) {
    throw new PlainError("The database could not be set up.", { details: lastLines(output, 20) });
  }
  const { admin, demo: demonstration } = JSON.parse(line);
  return { admin, enrolToken, hasDemo: demonstration !== null, demo: demonstration?.created ? demonstration : null };
}

/** @param {string} databaseUrl */
async function readHasPeople(databaseUrl) {
  const client = await connectOrExplain(databaseUrl);
  try {
    const { rows } = await client.query('SELECT EXISTS (SELECT FROM "user") AS found');
    return /** @type {boolean} */ (rows[0].found);
  } finally {
    await client.end();
  }
}

/**
 * In a few words, for the progress.
 * @param {Prepared} prepared
 */
export function describePrepared({ admin, demo, hasDemo }) {
  const created = [...(admin === null ? [] : ["first admin"]), ...(demo === null ? [] : ["demonstration"])];
  if (created.length > 0) {
    return `${created.join(" and ")} created`;
  }
  return hasDemo ? "up to date, with the demonstration" : "up to date";
}

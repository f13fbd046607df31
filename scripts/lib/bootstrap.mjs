import { randomBytes } from "node:crypto";
import { connectOrExplain } from "./database.mjs";
import { planUntold, readUntold, writeUntold } from "./first-start.mjs";
import { inRoot } from "./paths.mjs";
import { PlainError } from "./plain-error.mjs";
import { lastLines, runCommand } from "./run-command.mjs";
import { readOrCreate } from "./secrets.mjs";

/**
 * What a start needs to know of the database's content once it is set up.
 *
 * @typedef {object} Prepared
 * @property {{ email: string, generatedPassword: string | null } | null} admin only when the first admin was created now, or by a start
 *   that was cut off before it said so
 * @property {string} enrolToken lets the bundled gateway enrol
 * @property {boolean} hasDemo whether there is a demonstration workspace
 * @property {{ basePath: string, key: string } | null} demo only when it was created now; the key is shown this once
 */

/**
 * Sets up what a control plane cannot be without (scripts/bootstrap.ts, which leaves alone what is there), and the demonstration
 * workspace where it is wanted. What of it a person must be told stays written down until `markTold`.
 * @param {object} options
 * @param {NodeJS.ProcessEnv} options.environment as the portal gets it
 * @param {import("./settings.mjs").StartSettings} options.settings
 * @param {string} options.databaseUrl
 * @param {ReturnType<typeof import("./child-environments.mjs").dataPaths>} options.paths
 * @returns {Promise<Prepared>}
 * @throws {PlainError}
 */
export async function prepareWorkspace({ environment, settings, databaseUrl, paths }) {
  const content = await readContent(databaseUrl);
  const earlier = readUntold(paths.untold);
  const isNew = settings.databaseUrl === undefined && !content.hasPeople;
  const demo = settings.demo ?? earlier?.demo ?? isNew;
  const untold = planUntold(content, { ...settings, demo }, earlier);
  if (untold !== undefined) {
    writeUntold(paths.untold, untold);
  }

  const enrolToken = readOrCreate(paths.enrolToken, () => `gh_enrol_${randomBytes(24).toString("base64url")}`);
  /** @type {NodeJS.ProcessEnv} */
  const env = { ...environment, GATEHOUSE_ENROL_TOKEN: enrolToken, GATEHOUSE_DEMO: demo ? "1" : "0" };
  if (!content.hasPeople) {
    env.GATEHOUSE_ADMIN_PASSWORD ??= untold?.password ?? undefined;
    // For the commands of this machine, like `npm run demo -- remove`.
    env.GATEHOUSE_ADMIN_TOKEN ??= readOrCreate(
      paths.adminToken,
      () => `gh_pat_${randomBytes(24).toString("base64url")}`,
    );
  }
  // Of a start that was cut off: perhaps half a demonstration, at best a whole one whose key nobody knows.
  const demonstration = await runBootstrap(env, earlier?.demo === true ? ["--remove-demo-first"] : []);
  return {
    admin: untold?.adminEmail ? { email: untold.adminEmail, generatedPassword: untold.password } : null,
    enrolToken,
    hasDemo: demonstration !== null,
    demo: demonstration?.created ? demonstration : null,
  };
}

/**
 * @param {NodeJS.ProcessEnv} env
 * @param {readonly string[]} parameters
 * @returns {Promise<{ created: boolean, basePath: string, key: string } | null>} the demonstration workspace
 * @throws {PlainError}
 */
async function runBootstrap(env, parameters) {
  const program = ["--enable-source-maps", inRoot("dist", "bootstrap.mjs")];
  const { code, output } = await runCommand(process.execPath, [...program, ...parameters], { env });
  const line = output.trimEnd().split("\n").at(-1) ?? "";
  if (code !== 0 || !line.startsWith("{")) {
    throw new PlainError("The database could not be set up.", { details: lastLines(output, 20) });
  }
  return JSON.parse(line).demo;
}

/** @param {string} databaseUrl */
async function readContent(databaseUrl) {
  const client = await connectOrExplain(databaseUrl);
  try {
    const { rows } = await client.query(
      `SELECT EXISTS (SELECT FROM "user") AS "hasPeople", EXISTS (SELECT FROM api WHERE demo) AS "hasDemo"`,
    );
    return /** @type {{ hasPeople: boolean, hasDemo: boolean }} */ (rows[0]);
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

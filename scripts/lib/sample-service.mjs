import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { setTimeout } from "node:timers/promises";
import { sampleEnvironment } from "./child-environments.mjs";
import { connectOrExplain } from "./database.mjs";
import { inRoot } from "./paths.mjs";
import { findFreePort, portObstacle } from "./ports.mjs";
import { waitForAnswer } from "./ready.mjs";

const LOOK_EVERY_MS = 5000;

/**
 * The same port at every start where it can be; where it cannot, the bootstrap lets the demonstration's upstream follow.
 * @param {string} file remembers it
 */
export async function chooseSamplePort(file) {
  const remembered = existsSync(file) ? Number(readFileSync(file, "utf8")) : undefined;
  if (remembered !== undefined && (await portObstacle(remembered)) === undefined) {
    return remembered;
  }
  const port = await findFreePort();
  writeFileSync(file, `${port}\n`);
  return port;
}

/**
 * Starts the service behind the demonstration's API. It ends when the demonstration is removed.
 * @param {object} options
 * @param {ReturnType<typeof import("./supervisor.mjs").createSupervisor>} options.supervisor
 * @param {number} options.port
 * @param {string} options.logFile
 * @param {string} options.databaseUrl
 * @param {AbortSignal} options.signal ends the watch
 */
export async function startSample({ supervisor, port, logFile, databaseUrl, signal }) {
  const program = supervisor.start({
    name: "sample service",
    file: process.execPath,
    parameters: [inRoot("dist", "sample", "main.mjs")],
    env: sampleEnvironment(port),
    logFile,
    graceMs: 3000,
  });
  await waitForAnswer(program, {
    url: `http://127.0.0.1:${port}/berths`,
    isReady: (status) => status === 200,
    timeoutMs: 15_000,
    logFile,
  });
  void stopWithDemo({ supervisor, program, databaseUrl, signal });
}

/**
 * @param {object} options
 * @param {ReturnType<typeof import("./supervisor.mjs").createSupervisor>} options.supervisor
 * @param {import("./supervisor.mjs").Supervised} options.program
 * @param {string} options.databaseUrl
 * @param {AbortSignal} options.signal
 */
async function stopWithDemo({ supervisor, program, databaseUrl, signal }) {
  while (await hasDemo(databaseUrl)) {
    try {
      await setTimeout(LOOK_EVERY_MS, undefined, { signal });
    } catch {
      return;
    }
  }
  await program.stop(() => false);
  supervisor.say("The demonstration is removed, and its sample service stopped.");
}

/**
 * @param {string} databaseUrl
 * @returns {Promise<boolean>} true also when the database does not say
 */
async function hasDemo(databaseUrl) {
  try {
    const client = await connectOrExplain(databaseUrl);
    try {
      const { rows } = await client.query("SELECT EXISTS (SELECT FROM api WHERE demo) AS found");
      return /** @type {boolean} */ (rows[0].found);
    } finally {
      await client.end();
    }
  } catch {
    return true;
  }
}

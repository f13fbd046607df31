import { readFileSync, readdirSync, readlinkSync } from "node:fs";
import { createServer } from "node:net";
import { PlainError } from "./plain-error.mjs";

/**
 * Fails with one sentence per port that cannot be listened on. Run before anything heavy: nobody wants to wait for a build to learn
 * that a port is taken.
 * @param {readonly { port: number, host: string, purpose: string, setting: string }[]} wanted
 * @throws {PlainError}
 */
export async function requireFreePorts(wanted) {
  const sentences = [];
  const purposes = new Map();
  for (const { port, host, purpose, setting } of wanted) {
    const other = purposes.get(port);
    if (other !== undefined) {
      sentences.push(`${other.setting} and ${setting} are both ${port}: give each its own port.`);
      continue;
    }
    purposes.set(port, { setting });
    const obstacle = await portObstacle(port, host);
    if (obstacle === "used") {
      const owner = listeningProcess(port);
      const by = owner === undefined ? "another program" : `${owner.name} (process ${owner.pid})`;
      sentences.push(
        `Port ${port}, wanted for ${purpose}, is in use by ${by}: stop it, or set ${setting} to another port.`,
      );
    } else if (obstacle === "forbidden") {
      sentences.push(
        `Port ${port}, wanted for ${purpose}, may only be opened by root: set ${setting} to 1024 or more.`,
      );
    } else if (obstacle === "no-address") {
      sentences.push(`${host}, wanted for ${purpose}, is not an address of this machine.`);
    }
  }
  if (sentences.length > 0) {
    throw new PlainError(sentences.join("\n"));
  }
}

/**
 * Why nothing can listen there, or undefined. `localhost` may mean ::1 to a browser, so a listener there is in the way as well.
 * @param {number} port
 * @param {string} [host]
 * @returns {Promise<"used" | "forbidden" | "no-address" | undefined>}
 */
export async function portObstacle(port, host = "127.0.0.1") {
  const code = await tryListening(port, host);
  if (code === "EADDRINUSE" || (await tryListening(port, "::1")) === "EADDRINUSE") {
    return "used";
  }
  if (code === "EACCES") {
    return "forbidden";
  }
  return code === "EADDRNOTAVAIL" || code === "ENOTFOUND" ? "no-address" : undefined;
}

/**
 * A port of 127.0.0.1 that is free now and, being below the range that the kernel takes for outgoing connections, is likely to be
 * free at the next start too.
 * @param {readonly number[]} [taken] ports not to choose
 */
export async function findFreePort(taken = []) {
  for (let attempt = 0; attempt < 200; attempt += 1) {
    const port = 20_000 + Math.floor(Math.random() * 10_000);
    if (!taken.includes(port) && (await portObstacle(port)) === undefined) {
      return port;
    }
  }
  throw new PlainError("No free port was found between 20000 and 29999.");
}

/**
 * @param {number} port
 * @param {string} host
 * @returns {Promise<string | undefined>} the error code
 */
function tryListening(port, host) {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", (/** @type {NodeJS.ErrnoException} */ error) => resolve(error.code ?? "EUNKNOWN"));
    server.listen({ port, host, exclusive: true }, () => server.close(() => resolve(undefined)));
  });
}

/**
 * Which process listens on a port, as far as this user may see it.
 * @param {number} port
 * @returns {{ pid: number, name: string } | undefined}
 */
function listeningProcess(port) {
  const suffix = `:${port.toString(16).toUpperCase().padStart(4, "0")}`;
  const sockets = new Set();
  for (const table of ["/proc/net/tcp", "/proc/net/tcp6"]) {
    for (const line of readLines(table).slice(1)) {
      const columns = line.trim().split(/\s+/);
      if (columns[1]?.endsWith(suffix) && columns[3] === "0A") {
        sockets.add(`socket:[${columns[9]}]`);
      }
    }
  }
  if (sockets.size === 0) {
    return undefined;
  }
  for (const pid of readNames("/proc").filter((name) => /^\d+$/.test(name))) {
    for (const descriptor of readNames(`/proc/${pid}/fd`)) {
      try {
        if (sockets.has(readlinkSync(`/proc/${pid}/fd/${descriptor}`))) {
          return { pid: Number(pid), name: readLines(`/proc/${pid}/comm`)[0] || "a program" };
        }
      } catch {
        // The process or the descriptor has gone meanwhile.
      }
    }
  }
  return undefined;
}

/** @param {string} file */
function readLines(file) {
  try {
    return readFileSync(file, "utf8").split("\n");
  } catch {
    return [];
  }
}

/** @param {string} folder */
function readNames(folder) {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

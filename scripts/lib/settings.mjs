import { hostname } from "node:os";
import path from "node:path";
import { ROOT } from "./paths.mjs";
import { PlainError } from "./plain-error.mjs";

/**
 * Every setting of `npm start` and `npm run gateway`: one list that parses the environment, and that the table in README.md is held
 * equal to by a test.
 *
 * @typedef {object} Setting
 * @property {string} name
 * @property {string} shownDefault the "default" column of the README's table
 * @property {string} meaning the "meaning" column
 * @property {(text: string | undefined) => unknown} read returns the value; throws a string that ends the sentence "NAME …"
 */

/** @type {readonly Setting[]} */
export const SETTINGS = [
  {
    name: "GATEHOUSE_PORT",
    shownDefault: "`3000`",
    meaning: "Port of the portal and the management API.",
    read: portOr(3000),
  },
  {
    name: "GATEHOUSE_HOST",
    shownDefault: "`127.0.0.1`",
    meaning: "Address the portal listens on; `0.0.0.0` opens it to the network.",
    read: textOr("127.0.0.1"),
  },
  {
    name: "GATEHOUSE_GATEWAY_PORT",
    shownDefault: "`8080`",
    meaning: "Port that API calls go to.",
    read: portOr(8080),
  },
  {
    name: "GATEHOUSE_GATEWAY_HOST",
    shownDefault: "`127.0.0.1`",
    meaning: "Address the gateway listens on; `0.0.0.0` opens it to the network.",
    read: textOr("127.0.0.1"),
  },
  {
    name: "GATEHOUSE_GATEWAY_STATUS_PORT",
    shownDefault: "`8081`",
    meaning: "Port of the gateway's `/live`, `/ready` and `/metrics`.",
    read: portOr(8081),
  },
  {
    name: "GATEHOUSE_GATEWAY_WORKERS",
    shownDefault: "`2`",
    meaning: "nginx worker processes, 1 to 15.",
    read: integerOr(2, 1, 15),
  },
  {
    name: "GATEHOUSE_PUBLIC_URL",
    shownDefault: "`http://localhost:` + port",
    meaning: "Where people reach the portal, when a proxy stands before it.",
    read: originOr(undefined),
  },
  {
    name: "GATEHOUSE_GATEWAY_URL",
    shownDefault: "`http://localhost:` + gateway port",
    meaning: "Where callers reach the gateway, as the portal shows it.",
    read: originOr(undefined),
  },
  {
    name: "GATEHOUSE_DATA_DIR",
    shownDefault: "`.gatehouse`",
    meaning: "Where everything lives that must survive: database, secrets, gateway state, logs.",
    read: (text) => path.resolve(ROOT, text ?? ".gatehouse"),
  },
  {
    name: "DATABASE_URL",
    shownDefault: "embedded Postgres 18",
    meaning: "A Postgres of your own (15 or newer), as `postgresql://user:password@host:5432/database`.",
    read: databaseUrl,
  },
  {
    name: "GATEHOUSE_ADMIN_EMAIL",
    shownDefault: "`admin@gatehouse.local`",
    meaning: "Sign-in of the first admin. Used once, on an empty database.",
    read: emailOr("admin@gatehouse.local"),
  },
  {
    name: "GATEHOUSE_ADMIN_PASSWORD",
    shownDefault: "generated, printed once",
    meaning: "Password of the first admin, at least 10 characters.",
    read: optionalText(10),
  },
  {
    name: "GATEHOUSE_ADMIN_TOKEN",
    shownDefault: "none",
    meaning: "A personal access token for the first admin, at least 20 characters, for scripts that set Gatehouse up.",
    read: optionalText(20),
  },
  {
    name: "GATEHOUSE_DEMO",
    shownDefault: "`1` on an empty embedded database, else `0`",
    meaning: "Whether to set up the demonstration workspace, its sample service and a few minutes of calls.",
    read: flagOr(undefined),
  },
  {
    name: "GATEHOUSE_SECRET",
    shownDefault: "generated into the data directory",
    meaning:
      "Encrypts secrets at rest and signs sessions, at least 32 characters. Every portal of one database needs the same.",
    read: optionalText(32),
  },
  {
    name: "GATEHOUSE_ALLOW_PRIVATE_FETCH",
    shownDefault: "`0`",
    meaning: "`1` lets OpenAPI documents be fetched from private addresses.",
    read: flagOr(false),
  },
  {
    name: "GATEHOUSE_LOG_LEVEL",
    shownDefault: "`info`",
    meaning: "Of the programs' logs: `fatal`, `error`, `warn`, `info`, `debug`, `trace` or `silent`.",
    read: oneOf(["fatal", "error", "warn", "info", "debug", "trace", "silent"], "info"),
  },
  {
    name: "GATEHOUSE_NODE_NAME",
    shownDefault: "host name",
    meaning: "Name of this gateway node in the console.",
    read: textOr(hostname()),
  },
];

/** Settings of `npm run gateway` alone, besides the GATEHOUSE_GATEWAY_… ones and GATEHOUSE_NODE_NAME. @type {readonly Setting[]} */
export const GATEWAY_SETTINGS = [
  {
    name: "GATEHOUSE_CONTROL_PLANE_URL",
    shownDefault: "required",
    meaning: "Address of the portal, as the gateway's host reaches it.",
    read: address,
  },
  {
    name: "GATEHOUSE_ENROL_TOKEN",
    shownDefault: "required at the first start",
    meaning: "Made in the console under Gateways. The node keeps its own identity afterwards.",
    read: optionalText(1),
  },
  {
    name: "GATEHOUSE_STATE_DIR",
    shownDefault: "`gateway` in the data directory",
    meaning: "Where the node keeps its identity, its last good release and its meters.",
    read: (text) => (text === undefined ? undefined : path.resolve(ROOT, text)),
  },
  {
    name: "GATEHOUSE_SPOOL_MB",
    shownDefault: "`256`",
    meaning: "How much usage the node keeps on disk while the portal is away, in megabytes.",
    read: integerOr(256, 1, 1_000_000),
  },
  {
    name: "GATEHOUSE_STOP_GRACE_SECONDS",
    shownDefault: "`10`",
    meaning: "How long calls in flight may take to end when the gateway is stopped.",
    read: integerOr(10, 0, 3600),
  },
];

/**
 * @typedef {object} StartSettings
 * @property {number} port
 * @property {string} host
 * @property {number} gatewayPort
 * @property {string} gatewayHost
 * @property {number} gatewayStatusPort
 * @property {number} gatewayWorkers
 * @property {string} publicUrl
 * @property {string} gatewayUrl
 * @property {string} dataDir absolute
 * @property {string | undefined} databaseUrl
 * @property {string} adminEmail
 * @property {string | undefined} adminPassword
 * @property {string | undefined} adminToken
 * @property {boolean | undefined} demo undefined: decided by whether the database is empty and embedded
 * @property {string | undefined} secret
 * @property {boolean} allowPrivateFetch
 * @property {string} nodeName
 */

/**
 * @param {Readonly<Record<string, string | undefined>>} environment
 * @returns {StartSettings}
 * @throws {PlainError} with one line per setting that is wrong
 */
export function readStartSettings(environment) {
  const value = readAll(SETTINGS, environment);
  const port = /** @type {number} */ (value.GATEHOUSE_PORT);
  const gatewayPort = /** @type {number} */ (value.GATEHOUSE_GATEWAY_PORT);
  return /** @type {StartSettings} */ ({
    port,
    host: value.GATEHOUSE_HOST,
    gatewayPort,
    gatewayHost: value.GATEHOUSE_GATEWAY_HOST,
    gatewayStatusPort: value.GATEHOUSE_GATEWAY_STATUS_PORT,
    gatewayWorkers: value.GATEHOUSE_GATEWAY_WORKERS,
    publicUrl: value.GATEHOUSE_PUBLIC_URL ?? `http://localhost:${port}`,
    gatewayUrl: value.GATEHOUSE_GATEWAY_URL ?? `http://localhost:${gatewayPort}`,
    dataDir: value.GATEHOUSE_DATA_DIR,
    databaseUrl: value.DATABASE_URL,
    adminEmail: value.GATEHOUSE_ADMIN_EMAIL,
    adminPassword: value.GATEHOUSE_ADMIN_PASSWORD,
    adminToken: value.GATEHOUSE_ADMIN_TOKEN,
    demo: value.GATEHOUSE_DEMO,
    secret: value.GATEHOUSE_SECRET,
    allowPrivateFetch: value.GATEHOUSE_ALLOW_PRIVATE_FETCH,
    nodeName: value.GATEHOUSE_NODE_NAME,
  });
}

/**
 * @typedef {Pick<StartSettings, "gatewayPort" | "gatewayHost" | "gatewayStatusPort" | "gatewayWorkers" | "dataDir" | "nodeName"> &
 *   { controlPlaneUrl: string, enrolToken: string | undefined, stateDir: string }} GatewaySettings
 */

/**
 * @param {Readonly<Record<string, string | undefined>>} environment
 * @returns {GatewaySettings}
 * @throws {PlainError}
 */
export function readGatewaySettings(environment) {
  const value = readAll([...SETTINGS, ...GATEWAY_SETTINGS], environment);
  if (value.GATEHOUSE_CONTROL_PLANE_URL === undefined) {
    throw new PlainError(
      "GATEHOUSE_CONTROL_PLANE_URL is not set: give the address of the portal, like https://portal.example.com.",
    );
  }
  const dataDir = /** @type {string} */ (value.GATEHOUSE_DATA_DIR);
  return /** @type {GatewaySettings} */ ({
    gatewayPort: value.GATEHOUSE_GATEWAY_PORT,
    gatewayHost: value.GATEHOUSE_GATEWAY_HOST,
    gatewayStatusPort: value.GATEHOUSE_GATEWAY_STATUS_PORT,
    gatewayWorkers: value.GATEHOUSE_GATEWAY_WORKERS,
    dataDir,
    nodeName: value.GATEHOUSE_NODE_NAME,
    controlPlaneUrl: value.GATEHOUSE_CONTROL_PLANE_URL,
    enrolToken: value.GATEHOUSE_ENROL_TOKEN,
    stateDir: value.GATEHOUSE_STATE_DIR ?? path.join(dataDir, "gateway"),
  });
}

/**
 * The table of README.md.
 * @param {readonly Setting[]} settings
 */
export function settingsTable(settings) {
  const rows = settings.map(({ name, shownDefault, meaning }) => [`\`${name}\``, shownDefault, meaning]);
  return markdownTable([["setting", "default", "meaning"], ...rows]);
}

/**
 * @param {readonly (readonly string[])[]} rows the first is the heading
 */
function markdownTable(rows) {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const line = (/** @type {readonly string[]} */ row) =>
    `| ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(" | ")} |`;
  const rule = `| ${widths.map((width) => "-".repeat(width)).join(" | ")} |`;
  return [line(rows[0] ?? []), rule, ...rows.slice(1).map(line)].join("\n");
}

/**
 * @param {readonly Setting[]} settings
 * @param {Readonly<Record<string, string | undefined>>} environment
 * @returns {Record<string, unknown>}
 */
function readAll(settings, environment) {
  /** @type {Record<string, unknown>} */
  const values = {};
  const problems = [];
  for (const { name, read } of settings) {
    // An empty variable means "not set": that is how compose files and CI leave a setting out.
    const text = environment[name]?.trim() || undefined;
    try {
      values[name] = read(text);
    } catch (ending) {
      problems.push(`${name} ${String(ending)}.`);
    }
  }
  if (problems.length > 0) {
    throw new PlainError(problems.join("\n"));
  }
  return values;
}

/** @param {number} otherwise @returns {Setting["read"]} */
function portOr(otherwise) {
  return integerOr(otherwise, 1, 65_535);
}

/**
 * @param {number} otherwise
 * @param {number} least
 * @param {number} most
 * @returns {Setting["read"]}
 */
function integerOr(otherwise, least, most) {
  return (text) => {
    if (text === undefined) {
      return otherwise;
    }
    const number = Number(text);
    if (!/^\d+$/.test(text) || number < least || number > most) {
      throw `is "${text}": give a whole number from ${least} to ${most}`;
    }
    return number;
  };
}

/** @param {string} otherwise @returns {Setting["read"]} */
function textOr(otherwise) {
  return (text) => text ?? otherwise;
}

/** @param {number} least @returns {Setting["read"]} */
function optionalText(least) {
  return (text) => {
    if (text !== undefined && text.length < least) {
      throw `is too short: give at least ${least} characters`;
    }
    return text;
  };
}

/**
 * @param {readonly string[]} values
 * @param {string} otherwise
 * @returns {Setting["read"]}
 */
function oneOf(values, otherwise) {
  return (text) => {
    if (text !== undefined && !values.includes(text)) {
      throw `is "${text}": give one of ${values.join(", ")}`;
    }
    return text ?? otherwise;
  };
}

/** @param {boolean | undefined} otherwise @returns {Setting["read"]} */
function flagOr(otherwise) {
  return (text) => {
    if (text === undefined) {
      return otherwise;
    }
    if (text !== "0" && text !== "1") {
      throw `is "${text}": give 0 or 1`;
    }
    return text === "1";
  };
}

/** @param {string} otherwise @returns {Setting["read"]} */
function emailOr(otherwise) {
  return (text) => {
    if (text !== undefined && !/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(text)) {
      throw `is "${text}": give an e-mail address like name@example.com`;
    }
    return text ?? otherwise;
  };
}

/** @param {string | undefined} otherwise @returns {Setting["read"]} */
function originOr(otherwise) {
  return (text) => {
    if (text === undefined) {
      return otherwise;
    }
    const url = parseUrl(text);
    if (url === undefined || !["http:", "https:"].includes(url.protocol) || url.pathname !== "/" || url.search !== "") {
      throw `is "${text}": give an address like https://portal.example.com, without a path`;
    }
    return url.origin;
  };
}

/** @param {string | undefined} text */
function address(text) {
  if (text === undefined) {
    return undefined;
  }
  const url = parseUrl(text);
  if (url === undefined || !["http:", "https:"].includes(url.protocol) || url.search !== "" || url.hash !== "") {
    throw `is "${text}": give an address like https://portal.example.com`;
  }
  return url.href.replace(/\/+$/, "");
}

/** @param {string | undefined} text */
function databaseUrl(text) {
  if (text !== undefined) {
    const url = parseUrl(text);
    if (url === undefined || !["postgres:", "postgresql:"].includes(url.protocol)) {
      throw "is not a Postgres address: give one like postgresql://user:password@host:5432/database";
    }
  }
  return text;
}

/** @param {string} text */
function parseUrl(text) {
  try {
    return new URL(text);
  } catch {
    return undefined;
  }
}

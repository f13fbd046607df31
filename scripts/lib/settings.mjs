import { hostname } from "node:os";
import path from "node:path";
import { likelyUrl, localUrl } from "./addresses.mjs";
import { ROOT } from "./paths.mjs";
import { PlainError } from "./plain-error.mjs";
import {
  address,
  databaseUrl,
  emailOr,
  flagOr,
  integerOr,
  oneOf,
  optionalText,
  originOr,
  portOr,
  readableFile,
  textOr,
} from "./setting-readers.mjs";

/**
 * Every setting of `npm start` and `npm run gateway`: one list that parses the environment, and that the tables in README.md are held
 * equal to by a test.
 *
 * @typedef {object} Setting
 * @property {string} name
 * @property {string} shownDefault the "default" column of the README's table
 * @property {string} meaning the "meaning" column
 * @property {import("./setting-readers.mjs").Reader} read
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
    meaning: "Address the gateway listens on, the status port too; `0.0.0.0` opens it to the network.",
    read: textOr("127.0.0.1"),
  },
  {
    name: "GATEHOUSE_GATEWAY_STATUS_PORT",
    shownDefault: "`8081`",
    meaning: "Port of the gateway's `/live`, `/ready` and `/metrics`.",
    read: portOr(8081),
  },
  {
    name: "GATEHOUSE_GATEWAY_TLS_PORT",
    shownDefault: "none",
    meaning: "Port for HTTPS, HTTP/1.1 and HTTP/2. Its certificates are put into environments, without a restart.",
    read: portOr(undefined),
  },
  {
    name: "GATEHOUSE_GATEWAY_H2C_PORT",
    shownDefault: "none",
    meaning: "Port for HTTP/2 without TLS: gRPC inside a network that you trust.",
    read: portOr(undefined),
  },
  {
    name: "GATEHOUSE_GATEWAY_MAX_BODY_MB",
    shownDefault: "`100`",
    meaning: "Largest request body in MiB, `0` for any: bodies stream through, whatever their size.",
    read: integerOr(100, 0, 1_000_000),
  },
  {
    name: "GATEHOUSE_GATEWAY_TRUSTED_PROXIES",
    shownDefault: "none",
    meaning:
      "Load balancers in front of the gateway, for example `10.0.0.0/8,2001:db8::/32`: the client is who they say in `X-Forwarded-For`.",
    read: optionalText(1),
  },
  {
    name: "GATEHOUSE_GATEWAY_LIMIT_COUNTERS",
    shownDefault: "`2097152`",
    meaning:
      "Counters of limits that the gateway can hold at once, 64 bytes each: a limit has one per subscription (or other scope) that called in its window. Twice as many as are in use.",
    read: integerOr(2_097_152, 10_000, 100_000_000),
  },
  {
    name: "GATEHOUSE_GATEWAY_WORKERS",
    shownDefault: "`2`",
    meaning: "nginx worker processes, 1 to 15.",
    read: integerOr(2, 1, 15),
  },
  {
    name: "GATEHOUSE_PUBLIC_URL",
    shownDefault: "`http://localhost:3000`, following host and port",
    meaning: "Where people reach the portal, when a proxy stands before it.",
    read: originOr(undefined),
  },
  {
    name: "GATEHOUSE_TRUSTED_PROXIES",
    shownDefault: "`0`",
    meaning: "How many proxies of yours stand before the portal: sign-ups are counted by the address they report.",
    read: integerOr(0, 0, 10),
  },
  {
    name: "GATEHOUSE_GATEWAY_URL",
    shownDefault: "`http://localhost:8080`, following host and port",
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
    name: "GATEHOUSE_REQUEST_LOG_DAYS",
    shownDefault: "`7`",
    meaning: "How many days the request log is kept: refused and failed calls, and samples of the others.",
    read: integerOr(7, 1, 365),
  },
  {
    name: "GATEHOUSE_GATEWAY_DNS_SERVERS",
    shownDefault: "the machine's own",
    meaning: "DNS servers that the gateway asks for the names of upstreams, for example `10.0.0.53,[fd00::53]:5353`.",
    read: optionalText(1),
  },
  {
    name: "GATEHOUSE_GATEWAY_UPSTREAM_CA_FILE",
    shownDefault: "`/etc/ssl/certs/ca-certificates.crt`",
    meaning: "Absolute path of a PEM file: the authorities that HTTPS upstreams' certificates must chain to.",
    read: readableFile,
  },
  {
    name: "GATEHOUSE_REQUEST_LOG_FILE_MB",
    shownDefault: "`0`",
    meaning:
      "Size of the request log as files of JSON lines in the gateway's state directory, in megabytes; `0` for none.",
    read: integerOr(0, 0, 1_000_000),
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

/** What `npm run gateway` is told besides. @type {readonly Setting[]} */
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
    name: "GATEHOUSE_REQUEST_SPOOL_MB",
    shownDefault: "`64`",
    meaning: "How much of the request log the node keeps on disk while the portal is away, in megabytes.",
    read: integerOr(64, 1, 1_000_000),
  },
  {
    name: "GATEHOUSE_STOP_GRACE_SECONDS",
    shownDefault: "`10`",
    meaning: "How long calls in flight may take to end when the gateway is stopped.",
    read: integerOr(10, 0, 3600),
  },
];

/**
 * @typedef {object} NodeSettings what a gateway needs, beside a portal or on a host of its own
 * @property {number} gatewayPort
 * @property {string} gatewayHost
 * @property {number} gatewayStatusPort
 * @property {number | undefined} gatewayTlsPort
 * @property {number | undefined} gatewayH2cPort
 * @property {number} gatewayWorkers
 * @property {string} localGatewayUrl for programs of this machine
 * @property {string} localGatewayStatusUrl
 * @property {string} dataDir absolute
 * @property {string} nodeName
 *
 * @typedef {object} PortalSettings
 * @property {number} port
 * @property {string} host
 * @property {string} publicUrl
 * @property {string} gatewayUrl
 * @property {string} localUrl of the portal, for programs of this machine
 * @property {string | undefined} databaseUrl
 * @property {string} adminEmail
 * @property {string | undefined} adminPassword
 * @property {string | undefined} adminToken
 * @property {boolean | undefined} demo undefined: decided by whether the database is empty and embedded
 * @property {string | undefined} secret
 * @property {boolean} allowPrivateFetch
 *
 * @typedef {NodeSettings & PortalSettings} StartSettings
 * @typedef {NodeSettings & { controlPlaneUrl: string, enrolToken: string | undefined, stateDir: string }} GatewaySettings
 */

/**
 * @param {Readonly<Record<string, string | undefined>>} environment
 * @returns {StartSettings}
 * @throws {PlainError} with one line per setting that is wrong
 */
export function readStartSettings(environment) {
  const value = readAll(SETTINGS, environment);
  const node = nodeSettings(value);
  const port = /** @type {number} */ (value.GATEHOUSE_PORT);
  const host = /** @type {string} */ (value.GATEHOUSE_HOST);
  return /** @type {StartSettings} */ ({
    ...node,
    port,
    host,
    publicUrl: value.GATEHOUSE_PUBLIC_URL ?? likelyUrl(host, port),
    gatewayUrl: value.GATEHOUSE_GATEWAY_URL ?? likelyUrl(node.gatewayHost, node.gatewayPort),
    localUrl: localUrl(host, port),
    databaseUrl: value.DATABASE_URL,
    adminEmail: value.GATEHOUSE_ADMIN_EMAIL,
    adminPassword: value.GATEHOUSE_ADMIN_PASSWORD,
    adminToken: value.GATEHOUSE_ADMIN_TOKEN,
    demo: value.GATEHOUSE_DEMO,
    secret: value.GATEHOUSE_SECRET,
    allowPrivateFetch: value.GATEHOUSE_ALLOW_PRIVATE_FETCH,
  });
}

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
  const node = nodeSettings(value);
  return /** @type {GatewaySettings} */ ({
    ...node,
    controlPlaneUrl: value.GATEHOUSE_CONTROL_PLANE_URL,
    enrolToken: value.GATEHOUSE_ENROL_TOKEN,
    stateDir: value.GATEHOUSE_STATE_DIR ?? path.join(node.dataDir, "gateway"),
  });
}

/** @param {Record<string, unknown>} value @returns {NodeSettings} */
function nodeSettings(value) {
  const gatewayHost = /** @type {string} */ (value.GATEHOUSE_GATEWAY_HOST);
  const gatewayPort = /** @type {number} */ (value.GATEHOUSE_GATEWAY_PORT);
  const gatewayStatusPort = /** @type {number} */ (value.GATEHOUSE_GATEWAY_STATUS_PORT);
  return /** @type {NodeSettings} */ ({
    gatewayHost,
    gatewayPort,
    gatewayStatusPort,
    gatewayTlsPort: value.GATEHOUSE_GATEWAY_TLS_PORT,
    gatewayH2cPort: value.GATEHOUSE_GATEWAY_H2C_PORT,
    gatewayWorkers: value.GATEHOUSE_GATEWAY_WORKERS,
    localGatewayUrl: localUrl(gatewayHost, gatewayPort),
    localGatewayStatusUrl: localUrl(gatewayHost, gatewayStatusPort),
    dataDir: value.GATEHOUSE_DATA_DIR,
    nodeName: value.GATEHOUSE_NODE_NAME,
  });
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

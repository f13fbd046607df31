import { Resolver } from "node:dns";
import { existsSync } from "node:fs";
import { hostname } from "node:os";
import path from "node:path";
import { z } from "zod";
import { CONTROL } from "../contract/shared-memory";
import { NGINX_DEFAULTS } from "../nginx/render";
import { addressRange } from "../policies/config/address-ranges";
import { StartError } from "./start-error";

/** Every setting of the agent. Nothing else in it reads the environment. */
export interface AgentSettings extends NodeSettings {
  /** Origin (and path prefix) of the portal, without trailing slash. */
  readonly controlPlaneUrl: string;
  readonly enrolToken: string | undefined;
}

/** What every node needs, whoever gives it its releases. */
export interface NodeSettings {
  /** Absolute. */
  readonly stateDirectory: string;
  readonly host: string;
  readonly port: number;
  /** HTTPS; undefined = none. */
  readonly tlsPort: number | undefined;
  /** HTTP/2 without TLS; undefined = none. */
  readonly h2cPort: number | undefined;
  readonly statusPort: number;
  readonly workers: number;
  /** Largest request body; 0 = any. */
  readonly maxBodyBytes: number;
  /** Addresses and ranges of load balancers in front of the node, whose X-Forwarded-For is believed. */
  readonly trustedProxies: readonly string[];
  /** Counters of rate limits the node can hold at once. */
  readonly counterCapacity: number;
  readonly nodeName: string;
  readonly nginxBinary: string;
  /** Where the compiled worker code lies: dist/gateway/lua. */
  readonly luaDirectory: string;
  readonly spoolMaxBytes: number;
  readonly requestSpoolMaxBytes: number;
  /** Of the request log as a file in the state directory; 0 = none. */
  readonly requestLogFileBytes: number;
  /** Asked for the names of upstreams, "address" or "address:port"; empty = the system's. */
  readonly dnsServers: readonly string[];
  /** PEM file of the authorities that certificates of upstreams must chain to. Absolute. */
  readonly upstreamCaFile: string;
  /** How long nginx may finish requests in flight after SIGTERM. */
  readonly stopGraceSeconds: number;
  readonly logLevel: (typeof logLevels)[number];
}

const logLevels = ["fatal", "error", "warn", "info", "debug", "trace", "silent"] as const;

const MEBIBYTE = 1024 * 1024;

/** A unix socket's path may have 107 bytes; the longest name we put into the state directory is "agent.sock". */
const STATE_DIRECTORY_MAX_BYTES = 96;

const numberBetween = (minimum: number, maximum: number) =>
  z
    .string()
    .regex(/^\d+$/, "must be a whole number")
    .transform(Number)
    .refine((value) => value >= minimum && value <= maximum, `must lie between ${minimum} and ${maximum}`);
const wholeNumber = (minimum: number, maximum: number, fallback: number) =>
  numberBetween(minimum, maximum).default(fallback);
const port = numberBetween(1, 65_535);

const dnsServers = z
  .string()
  .transform((text) => text.split(",").map((server) => server.trim()))
  .refine(areDnsServers, "must list addresses, for example 10.0.0.53,[fd00::53]:5353");

const trustedProxies = z
  .string()
  .transform((text) => text.split(",").map((range) => range.trim()))
  .refine(
    (ranges) => ranges.every((range) => addressRange.safeParse(range).success),
    "must list addresses and ranges, for example 10.0.0.0/8,2001:db8::/32",
  );

const PORTS = [
  "GATEHOUSE_GATEWAY_PORT",
  "GATEHOUSE_GATEWAY_STATUS_PORT",
  "GATEHOUSE_GATEWAY_TLS_PORT",
  "GATEHOUSE_GATEWAY_H2C_PORT",
] as const;

const nodeSchema = z.object({
  GATEHOUSE_DATA_DIR: z.string().default(".gatehouse"),
  GATEHOUSE_STATE_DIR: z.string().optional(),
  GATEHOUSE_GATEWAY_HOST: z.string().default("127.0.0.1"),
  GATEHOUSE_GATEWAY_PORT: port.default(8080),
  GATEHOUSE_GATEWAY_TLS_PORT: port.optional(),
  GATEHOUSE_GATEWAY_H2C_PORT: port.optional(),
  GATEHOUSE_GATEWAY_STATUS_PORT: port.default(8081),
  GATEHOUSE_GATEWAY_WORKERS: wholeNumber(1, CONTROL.maxWorkers, 2),
  GATEHOUSE_GATEWAY_MAX_BODY_MB: wholeNumber(0, 1_000_000, 100),
  GATEHOUSE_GATEWAY_TRUSTED_PROXIES: trustedProxies.default([]),
  GATEHOUSE_GATEWAY_LIMIT_COUNTERS: wholeNumber(10_000, 100_000_000, NGINX_DEFAULTS.counterCapacity),
  GATEHOUSE_NODE_NAME: z.string().min(1).max(100, "must have at most 100 characters").optional(),
  GATEHOUSE_NGINX: z.string().optional(),
  GATEHOUSE_LUA_DIR: z.string().optional(),
  GATEHOUSE_SPOOL_MB: wholeNumber(1, 1_000_000, 256),
  GATEHOUSE_REQUEST_SPOOL_MB: wholeNumber(1, 1_000_000, 64),
  GATEHOUSE_REQUEST_LOG_FILE_MB: wholeNumber(0, 1_000_000, 0),
  GATEHOUSE_GATEWAY_DNS_SERVERS: dnsServers.default([]),
  GATEHOUSE_GATEWAY_UPSTREAM_CA_FILE: z
    .string()
    .refine((file) => path.isAbsolute(file), "must be an absolute path")
    .default(NGINX_DEFAULTS.upstreamCaFile),
  GATEHOUSE_STOP_GRACE_SECONDS: wholeNumber(0, 3_600, 10),
  GATEHOUSE_LOG_LEVEL: z.enum(logLevels, `must be one of ${logLevels.join(", ")}`).default("info"),
});

const agentSchema = nodeSchema.extend({
  GATEHOUSE_CONTROL_PLANE_URL: z
    .string("must be set to the address of the portal, for example http://localhost:3000")
    .refine(isHttpUrl, "must be an http or https address without a query, for example http://localhost:3000")
    .transform((url) => url.replace(/\/+$/, "")),
  GATEHOUSE_ENROL_TOKEN: z.string().optional(),
});

/**
 * Reads the settings. An empty variable counts as unset, as compose files write them.
 * @throws StartError naming every variable that is wrong
 */
export function readSettings(environment: NodeJS.ProcessEnv = process.env): AgentSettings {
  const present = withoutEmpty(environment);
  const values = decode(agentSchema, present);
  return {
    ...toNodeSettings(values, present.PATH, "gateway"),
    controlPlaneUrl: values.GATEHOUSE_CONTROL_PLANE_URL,
    enrolToken: values.GATEHOUSE_ENROL_TOKEN,
  };
}

/**
 * Settings of a node without a control plane; the same variables.
 * @param overrides variables that a command line gives in their place
 * @throws StartError naming every variable that is wrong
 */
export function readNodeSettings(overrides: Readonly<Record<string, string | undefined>>): NodeSettings {
  const given = Object.fromEntries(Object.entries(overrides).filter(([, value]) => value !== undefined));
  const present = withoutEmpty({ ...process.env, ...given });
  return toNodeSettings(decode(nodeSchema, present), present.PATH, "gateway-alone");
}

function withoutEmpty(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ""));
}

function decode<Schema extends z.ZodType>(schema: Schema, present: NodeJS.ProcessEnv): z.output<Schema> {
  const parsed = schema.safeParse(present);
  if (!parsed.success) {
    const faults = parsed.error.issues.map((issue) => `${String(issue.path[0])} ${issue.message}`);
    throw new StartError(`${faults.join("; ")}.`);
  }
  return parsed.data;
}

/** @param folder of the state directory in the data directory, unless a variable names it */
function toNodeSettings(
  values: z.output<typeof nodeSchema>,
  searchPath: string | undefined,
  folder: string,
): NodeSettings {
  const stateDirectory = path.resolve(values.GATEHOUSE_STATE_DIR ?? path.join(values.GATEHOUSE_DATA_DIR, folder));
  if (Buffer.byteLength(stateDirectory) > STATE_DIRECTORY_MAX_BYTES) {
    throw new StartError(
      `GATEHOUSE_STATE_DIR ${stateDirectory} is longer than ${STATE_DIRECTORY_MAX_BYTES} bytes, too long for the unix socket in it; choose a shorter path.`,
    );
  }
  const ports = new Map<number, string>();
  for (const name of PORTS) {
    const other = ports.get(values[name] ?? 0);
    if (other !== undefined) {
      throw new StartError(`${other} and ${name} must differ.`);
    }
    if (values[name] !== undefined) {
      ports.set(values[name], name);
    }
  }
  return {
    stateDirectory,
    host: values.GATEHOUSE_GATEWAY_HOST,
    port: values.GATEHOUSE_GATEWAY_PORT,
    tlsPort: values.GATEHOUSE_GATEWAY_TLS_PORT,
    h2cPort: values.GATEHOUSE_GATEWAY_H2C_PORT,
    statusPort: values.GATEHOUSE_GATEWAY_STATUS_PORT,
    workers: values.GATEHOUSE_GATEWAY_WORKERS,
    maxBodyBytes: values.GATEHOUSE_GATEWAY_MAX_BODY_MB * MEBIBYTE,
    trustedProxies: values.GATEHOUSE_GATEWAY_TRUSTED_PROXIES,
    counterCapacity: values.GATEHOUSE_GATEWAY_LIMIT_COUNTERS,
    nodeName: values.GATEHOUSE_NODE_NAME ?? hostname().slice(0, 100),
    nginxBinary: values.GATEHOUSE_NGINX ?? findNginx(searchPath ?? ""),
    luaDirectory: path.resolve(values.GATEHOUSE_LUA_DIR ?? path.join(import.meta.dirname, "lua")),
    spoolMaxBytes: values.GATEHOUSE_SPOOL_MB * MEBIBYTE,
    requestSpoolMaxBytes: values.GATEHOUSE_REQUEST_SPOOL_MB * MEBIBYTE,
    requestLogFileBytes: values.GATEHOUSE_REQUEST_LOG_FILE_MB * MEBIBYTE,
    dnsServers: values.GATEHOUSE_GATEWAY_DNS_SERVERS,
    upstreamCaFile: values.GATEHOUSE_GATEWAY_UPSTREAM_CA_FILE,
    stopGraceSeconds: values.GATEHOUSE_STOP_GRACE_SECONDS,
    logLevel: values.GATEHOUSE_LOG_LEVEL,
  };
}

function isHttpUrl(text: string): boolean {
  const url = parseUrl(text);
  return url !== null && /^https?:$/.test(url.protocol) && url.search === "" && url.hash === "";
}

function parseUrl(text: string): URL | null {
  try {
    return new URL(text);
  } catch {
    return null;
  }
}

function areDnsServers(servers: readonly string[]): boolean {
  try {
    new Resolver().setServers(servers);
    return true;
  } catch {
    return false;
  }
}

/** Debian keeps nginx in /usr/sbin, which is not on the PATH of ordinary users. */
function findNginx(searchPath: string): string {
  const directories = [...searchPath.split(":"), "/usr/sbin", "/usr/local/sbin"];
  const found = directories.map((directory) => path.join(directory, "nginx")).find((file) => existsSync(file));
  return found ?? "nginx";
}

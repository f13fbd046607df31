import { existsSync } from "node:fs";
import { hostname } from "node:os";
import path from "node:path";
import { z } from "zod";
import { CONTROL } from "../contract/shared-memory";
import { StartError } from "./start-error";

/** Every setting of the agent. Nothing else in it reads the environment. */
export interface AgentSettings {
  /** Origin (and path prefix) of the portal, without trailing slash. */
  readonly controlPlaneUrl: string;
  readonly enrolToken: string | undefined;
  /** Absolute. */
  readonly stateDirectory: string;
  readonly host: string;
  readonly port: number;
  readonly statusPort: number;
  readonly workers: number;
  readonly nodeName: string;
  readonly nginxBinary: string;
  /** Where the compiled worker code lies: dist/gateway/lua. */
  readonly luaDirectory: string;
  readonly spoolMaxBytes: number;
  /** How long nginx may finish requests in flight after SIGTERM. */
  readonly stopGraceSeconds: number;
  readonly logLevel: (typeof logLevels)[number];
}

const logLevels = ["fatal", "error", "warn", "info", "debug", "trace", "silent"] as const;

/** A unix socket's path may have 107 bytes; the longest name we put into the state directory is "agent.sock". */
const STATE_DIRECTORY_MAX_BYTES = 96;

const wholeNumber = (minimum: number, maximum: number, fallback: number) =>
  z
    .string()
    .regex(/^\d+$/, "must be a whole number")
    .transform(Number)
    .refine((value) => value >= minimum && value <= maximum, `must lie between ${minimum} and ${maximum}`)
    .default(fallback);

const environmentSchema = z.object({
  GATEHOUSE_CONTROL_PLANE_URL: z
    .string("must be set to the address of the portal, for example http://localhost:3000")
    .refine(isHttpUrl, "must be an http or https address without a query, for example http://localhost:3000")
    .transform((url) => url.replace(/\/+$/, "")),
  GATEHOUSE_ENROL_TOKEN: z.string().optional(),
  GATEHOUSE_DATA_DIR: z.string().default(".gatehouse"),
  GATEHOUSE_STATE_DIR: z.string().optional(),
  GATEHOUSE_GATEWAY_HOST: z.string().default("127.0.0.1"),
  GATEHOUSE_GATEWAY_PORT: wholeNumber(1, 65_535, 8080),
  GATEHOUSE_GATEWAY_STATUS_PORT: wholeNumber(1, 65_535, 8081),
  GATEHOUSE_GATEWAY_WORKERS: wholeNumber(1, CONTROL.maxWorkers, 2),
  GATEHOUSE_NODE_NAME: z.string().min(1).max(100, "must have at most 100 characters").optional(),
  GATEHOUSE_NGINX: z.string().optional(),
  GATEHOUSE_LUA_DIR: z.string().optional(),
  GATEHOUSE_SPOOL_MB: wholeNumber(1, 1_000_000, 256),
  GATEHOUSE_STOP_GRACE_SECONDS: wholeNumber(0, 3_600, 10),
  GATEHOUSE_LOG_LEVEL: z.enum(logLevels, `must be one of ${logLevels.join(", ")}`).default("info"),
});

/**
 * Reads the settings. An empty variable counts as unset, as compose files write them.
 * @throws StartError naming every variable that is wrong
 */
export function readSettings(environment: NodeJS.ProcessEnv = process.env): AgentSettings {
  const present = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ""));
  const parsed = environmentSchema.safeParse(present);
  if (!parsed.success) {
    const faults = parsed.error.issues.map((issue) => `${String(issue.path[0])} ${issue.message}`);
    throw new StartError(`${faults.join("; ")}.`);
  }
  const values = parsed.data;
  const stateDirectory = path.resolve(values.GATEHOUSE_STATE_DIR ?? path.join(values.GATEHOUSE_DATA_DIR, "gateway"));
  if (Buffer.byteLength(stateDirectory) > STATE_DIRECTORY_MAX_BYTES) {
    throw new StartError(
      `GATEHOUSE_STATE_DIR ${stateDirectory} is longer than ${STATE_DIRECTORY_MAX_BYTES} bytes, too long for the unix socket in it; choose a shorter path.`,
    );
  }
  if (values.GATEHOUSE_GATEWAY_PORT === values.GATEHOUSE_GATEWAY_STATUS_PORT) {
    throw new StartError("GATEHOUSE_GATEWAY_PORT and GATEHOUSE_GATEWAY_STATUS_PORT must differ.");
  }
  return {
    controlPlaneUrl: values.GATEHOUSE_CONTROL_PLANE_URL,
    enrolToken: values.GATEHOUSE_ENROL_TOKEN,
    stateDirectory,
    host: values.GATEHOUSE_GATEWAY_HOST,
    port: values.GATEHOUSE_GATEWAY_PORT,
    statusPort: values.GATEHOUSE_GATEWAY_STATUS_PORT,
    workers: values.GATEHOUSE_GATEWAY_WORKERS,
    nodeName: values.GATEHOUSE_NODE_NAME ?? hostname().slice(0, 100),
    nginxBinary: values.GATEHOUSE_NGINX ?? findNginx(present.PATH ?? ""),
    luaDirectory: path.resolve(values.GATEHOUSE_LUA_DIR ?? path.join(import.meta.dirname, "lua")),
    spoolMaxBytes: values.GATEHOUSE_SPOOL_MB * 1024 * 1024,
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

/** Debian keeps nginx in /usr/sbin, which is not on the PATH of ordinary users. */
function findNginx(searchPath: string): string {
  const directories = [...searchPath.split(":"), "/usr/sbin", "/usr/local/sbin"];
  const found = directories.map((directory) => path.join(directory, "nginx")).find((file) => existsSync(file));
  return found ?? "nginx";
}

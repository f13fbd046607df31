import path from "node:path";
import { deriveSecret } from "./secrets.mjs";

/**
 * What the programs of a start are told. They get the person's own environment too: NODE_OPTIONS, proxies, log levels.
 * @param {import("./settings.mjs").StartSettings} settings
 * @param {{ databaseUrl: string, secret: string, samplePort: number }} facts
 * @returns {NodeJS.ProcessEnv}
 */
export function controlPlaneEnvironment(settings, { databaseUrl, secret, samplePort }) {
  return {
    ...inherited(),
    NODE_ENV: "production",
    NEXT_TELEMETRY_DISABLED: "1",
    DATABASE_URL: databaseUrl,
    GATEHOUSE_SECRET: secret,
    NEXTAUTH_SECRET: deriveSecret(secret, "sessions"),
    NEXTAUTH_URL: settings.publicUrl,
    // The portal calls itself at its own address, whatever stands before it.
    NEXTAUTH_URL_INTERNAL: settings.localUrl,
    GATEHOUSE_PUBLIC_URL: settings.publicUrl,
    GATEHOUSE_GATEWAY_URL: settings.gatewayUrl,
    GATEHOUSE_DATA_DIR: settings.dataDir,
    GATEHOUSE_ALLOW_PRIVATE_FETCH: settings.allowPrivateFetch ? "1" : "0",
    GATEHOUSE_ADMIN_EMAIL: settings.adminEmail,
    ...(settings.adminPassword === undefined ? {} : { GATEHOUSE_ADMIN_PASSWORD: settings.adminPassword }),
    ...(settings.adminToken === undefined ? {} : { GATEHOUSE_ADMIN_TOKEN: settings.adminToken }),
    GATEHOUSE_DEMO_UPSTREAM_URL: `http://127.0.0.1:${samplePort}`,
  };
}

/**
 * @param {import("./settings.mjs").GatewaySettings} settings
 * @returns {NodeJS.ProcessEnv}
 */
export function gatewayEnvironment(settings) {
  return {
    ...inherited(),
    NODE_ENV: "production",
    GATEHOUSE_CONTROL_PLANE_URL: settings.controlPlaneUrl,
    GATEHOUSE_DATA_DIR: settings.dataDir,
    GATEHOUSE_STATE_DIR: settings.stateDir,
    GATEHOUSE_GATEWAY_PORT: String(settings.gatewayPort),
    GATEHOUSE_GATEWAY_HOST: settings.gatewayHost,
    GATEHOUSE_GATEWAY_STATUS_PORT: String(settings.gatewayStatusPort),
    GATEHOUSE_GATEWAY_WORKERS: String(settings.gatewayWorkers),
    GATEHOUSE_NODE_NAME: settings.nodeName,
    ...(settings.enrolToken === undefined ? {} : { GATEHOUSE_ENROL_TOKEN: settings.enrolToken }),
  };
}

/**
 * @param {number} port
 * @returns {NodeJS.ProcessEnv}
 */
export function sampleEnvironment(port) {
  return { ...inherited(), HARBOUR_PORT: String(port) };
}

/**
 * Without what belongs to the npm that started us, and without secrets that only some programs need.
 * @returns {NodeJS.ProcessEnv}
 */
function inherited() {
  const dropped = new Set([
    "GATEHOUSE_SECRET",
    "GATEHOUSE_ADMIN_PASSWORD",
    "GATEHOUSE_ADMIN_TOKEN",
    "DATABASE_URL",
    "PORT",
    "INIT_CWD",
  ]);
  const kept = Object.entries(process.env).filter(([name]) => !dropped.has(name) && !name.startsWith("npm_"));
  return /** @type {NodeJS.ProcessEnv} */ (Object.fromEntries(kept));
}

/** @param {string} dataDir */
export function dataPaths(dataDir) {
  return {
    logs: path.join(dataDir, "logs"),
    log: (/** @type {string} */ name) => path.join(dataDir, "logs", `${name}.log`),
    postgres: path.join(dataDir, "postgres"),
    gateway: path.join(dataDir, "gateway"),
    processes: path.join(dataDir, "processes.json"),
    samplePort: path.join(dataDir, "sample-port"),
    untold: path.join(dataDir, "untold.json"),
    adminToken: path.join(dataDir, "admin-token"),
    enrolToken: path.join(dataDir, "enrol-token"),
  };
}

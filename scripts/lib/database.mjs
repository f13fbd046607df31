import { PlainError } from "./plain-error.mjs";

const CONNECT_TIMEOUT_MS = 8000;

/**
 * Connects, or says in one sentence why not.
 * @param {string} databaseUrl
 * @returns {Promise<import("pg").Client>}
 * @throws {PlainError}
 */
export async function connectOrExplain(databaseUrl) {
  // Loaded late: before `npm ci` there is no pg.
  const { default: pg } = await import("pg");
  const client = new pg.Client({ connectionString: databaseUrl, connectionTimeoutMillis: CONNECT_TIMEOUT_MS });
  // A connection that breaks while idle must not end the process.
  client.on("error", () => undefined);
  try {
    await client.connect();
    return client;
  } catch (error) {
    throw new PlainError(explainFailure(databaseUrl, error), { cause: error });
  }
}

/**
 * @param {string} databaseUrl
 * @param {unknown} error
 * @returns {string} a sentence without the password
 */
function explainFailure(databaseUrl, error) {
  const { code, message } = /** @type {{ code?: string, message?: string }} */ (error ?? {});
  const { host, name, user } = describe(databaseUrl);
  switch (code) {
    case "ECONNREFUSED":
      return `No Postgres answers at ${host} (connection refused): start it, or correct DATABASE_URL.`;
    case "ENOTFOUND":
    case "EAI_AGAIN":
      return `The host of the database, ${host}, is unknown: correct DATABASE_URL.`;
    case "28P01":
    case "28000":
      return `Postgres at ${host} refuses the user "${user}": correct the user or password in DATABASE_URL.`;
    case "3D000":
      return `Postgres at ${host} has no database "${name}": create it, or correct DATABASE_URL.`;
    default:
      return `The database at ${host} cannot be reached (${message || code || "unknown reason"}): check DATABASE_URL.`;
  }
}

/** @param {string} databaseUrl */
function describe(databaseUrl) {
  try {
    const url = new URL(databaseUrl);
    const host = url.hostname === "" ? (url.searchParams.get("host") ?? "localhost") : url.host;
    return { host, name: decodeURIComponent(url.pathname.slice(1)), user: decodeURIComponent(url.username) };
  } catch {
    return { host: "DATABASE_URL", name: "", user: "" };
  }
}

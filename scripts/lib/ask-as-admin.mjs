import { existsSync, readFileSync } from "node:fs";
import { dataPaths } from "./child-environments.mjs";
import { ask } from "./http.mjs";
import { PlainError } from "./plain-error.mjs";
import { readStartSettings } from "./settings.mjs";

/**
 * Asks the management API of the Gatehouse that runs on this machine, with the token that its first start left in the data directory.
 * @param {string} method
 * @param {string} place below /api/v1
 * @param {unknown} [body]
 * @returns {Promise<{ status: number, text: string }>} never 401 or 403
 * @throws {PlainError}
 */
export async function askAsAdmin(method, place, body) {
  const settings = readStartSettings(process.env);
  const token = settings.adminToken ?? readToken(dataPaths(settings.dataDir).adminToken);
  const address = `${settings.localUrl}/api/v1${place}`;
  const answer = await ask(address, {
    method,
    headers: { authorization: `Bearer ${token}`, ...(body !== undefined && { "content-type": "application/json" }) },
    ...(body !== undefined && { body: JSON.stringify(body) }),
    timeoutMs: 60_000,
  });
  if (answer === undefined) {
    throw new PlainError(`Nobody answers at ${address}: start Gatehouse first, with the same GATEHOUSE_PORT.`);
  }
  if (answer.status === 401 || answer.status === 403) {
    throw new PlainError(`The token is not one of an admin: ${OTHER_TOKEN}.`);
  }
  return answer;
}

const OTHER_TOKEN = "set GATEHOUSE_ADMIN_TOKEN to a personal access token of one, or do it in the console";

/** @param {string} file */
function readToken(file) {
  if (!existsSync(file)) {
    throw new PlainError(`There is no token of an admin in the data directory: ${OTHER_TOKEN}.`);
  }
  return readFileSync(file, "utf8").trim();
}

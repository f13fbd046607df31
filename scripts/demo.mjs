// `npm run demo -- remove`: removes the demonstration workspace of a running Gatehouse, through the management API like anybody else.
import { existsSync, readFileSync } from "node:fs";
import { dataPaths } from "./lib/child-environments.mjs";
import { ask } from "./lib/http.mjs";
import { PlainError } from "./lib/plain-error.mjs";
import { reportFailure } from "./lib/report-failure.mjs";
import { readStartSettings } from "./lib/settings.mjs";

try {
  if (process.argv[2] !== "remove" || process.argv.length > 3) {
    throw new PlainError("Say what to do: `npm run demo -- remove` removes the demonstration workspace.");
  }
  const settings = readStartSettings(process.env);
  const token = settings.adminToken ?? readToken(dataPaths(settings.dataDir).adminToken);
  const address = `http://127.0.0.1:${settings.port}/api/v1/demo`;
  const answer = await ask(address, {
    method: "DELETE",
    headers: { authorization: `Bearer ${token}` },
    timeoutMs: 60_000,
  });
  process.stdout.write(`  ${explain(answer, address)}\n`);
} catch (error) {
  reportFailure(error);
}

/** @param {string} file */
function readToken(file) {
  if (!existsSync(file)) {
    throw new PlainError(
      "There is no token to remove it with: set GATEHOUSE_ADMIN_TOKEN to a personal access token of an admin, or use the button in " +
        "the console.",
    );
  }
  return readFileSync(file, "utf8").trim();
}

/**
 * @param {Awaited<ReturnType<typeof ask>>} answer
 * @param {string} address
 * @throws {PlainError}
 */
function explain(answer, address) {
  switch (answer?.status) {
    case 200:
    case 204:
      return "The demonstration workspace is removed.";
    case 404:
      return "There is no demonstration workspace.";
    case 401:
    case 403:
      throw new PlainError(
        "The token is not one of an admin: set GATEHOUSE_ADMIN_TOKEN, or use the button in the console.",
      );
    case undefined:
      throw new PlainError(`Nobody answers at ${address}: start Gatehouse first, with the same GATEHOUSE_PORT.`);
    default:
      throw new PlainError(`The portal answered ${answer?.status}.`, { details: answer?.text });
  }
}

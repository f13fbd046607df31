// `npm run admin -- name@example.com`: another admin for a running Gatehouse, for whoever lost the password of the first one.
import { randomBytes } from "node:crypto";
import { askAsAdmin } from "./lib/ask-as-admin.mjs";
import { PlainError } from "./lib/plain-error.mjs";
import { reportFailure } from "./lib/report-failure.mjs";

try {
  const [email, ...rest] = process.argv.slice(2);
  if (email === undefined || rest.length > 0) {
    throw new PlainError("Say who: `npm run admin -- name@example.com` creates another admin and prints the password.");
  }
  const password = randomBytes(15).toString("base64url");
  const { status, text } = await askAsAdmin("POST", "/users", {
    name: email.split("@")[0],
    email,
    password,
    team: "platform",
    roles: ["admin", "owner", "consumer", "ops"],
  });
  if (status !== 201) {
    throw new PlainError(explain(status, text));
  }
  process.stdout.write(`  Sign in as       ${email}\n  Password         ${password}  shown this once\n`);
} catch (error) {
  reportFailure(error);
}

/**
 * @param {number} status
 * @param {string} text problem details
 */
function explain(status, text) {
  try {
    const { title, detail } = JSON.parse(text);
    return detail ?? `${title}.`;
  } catch {
    return `The portal answered ${status}.`;
  }
}

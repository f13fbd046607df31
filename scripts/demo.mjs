// `npm run demo -- remove`: removes the demonstration workspace of a running Gatehouse, through the management API like anybody else.
import { askAsAdmin } from "./lib/ask-as-admin.mjs";
import { PlainError } from "./lib/plain-error.mjs";
import { reportFailure } from "./lib/report-failure.mjs";

try {
  if (process.argv[2] !== "remove" || process.argv.length > 3) {
    throw new PlainError("Say what to do: `npm run demo -- remove` removes the demonstration workspace.");
  }
  const { status, text } = await askAsAdmin("DELETE", "/demo");
  if (status !== 204 && status !== 404) {
    throw new PlainError(`The portal answered ${status}.`, { details: text });
  }
  const sentence = status === 404 ? "There is no demonstration workspace." : "The demonstration workspace is removed.";
  process.stdout.write(`  ${sentence}\n`);
} catch (error) {
  reportFailure(error);
}

import { PlainError } from "./plain-error.mjs";

/**
 * The last words of a script: one sentence for what a person can mend, the stack for what we have to.
 * @param {unknown} error
 */
export function reportFailure(error) {
  const red =
    process.stderr.isTTY && !process.env.NO_COLOR
      ? (/** @type {string} */ text) => `\u001b[31m${text}\u001b[0m`
      : String;
  if (error instanceof PlainError) {
    const sentences = error.message.split("\n").map((line) => `  ${red("✗")} ${line}`);
    process.stderr.write(`\n${sentences.join("\n")}\n`);
    if (error.details) {
      process.stderr.write(`\n${error.details.replace(/^/gm, "    ")}\n`);
    }
  } else {
    process.stderr.write(`\n${error instanceof Error ? error.stack : String(error)}\n`);
  }
  process.stderr.write("\n");
  process.exitCode = 1;
}

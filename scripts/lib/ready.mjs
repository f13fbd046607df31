import { ask } from "./http.mjs";
import { PlainError } from "./plain-error.mjs";
import { shown } from "./paths.mjs";
import { waitUntil } from "./processes.mjs";

/**
 * Waits until a started program answers as it should.
 * @param {import("./supervisor.mjs").Supervised} program
 * @param {{ url: string, isReady: (status: number) => boolean, timeoutMs: number, logFile: string, detail?: (text: string) => void }} options
 * @throws {PlainError} with the last lines it wrote, when it ends or the time is over
 */
export async function waitForAnswer(program, { url, isReady, timeoutMs, logFile, detail }) {
  let last = "no answer yet";
  const inTime = await waitUntil(
    async () => {
      if (!program.isRunning()) {
        return true;
      }
      const answer = await ask(url);
      if (answer !== undefined) {
        last = `${answer.status} ${answer.text.trim().split("\n")[0]?.slice(0, 60) ?? ""}`.trim();
        detail?.(last);
      }
      return answer !== undefined && isReady(answer.status);
    },
    { timeoutMs, everyMs: 100 },
  );
  if (!program.isRunning()) {
    throw new PlainError(`The ${program.name} ended while starting. Its log: ${shown(logFile)}.`, {
      details: program.lastWords(),
    });
  }
  if (!inTime) {
    throw new PlainError(
      `The ${program.name} was not ready after ${timeoutMs / 1000} s (${last}). Its log: ${shown(logFile)}.`,
      { details: program.lastWords() },
    );
  }
}

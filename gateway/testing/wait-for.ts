import { setTimeout as pause } from "node:timers/promises";

/**
 * Waits until `look` gives something other than undefined or false; by default for as long as a machine may take that is busy with other
 * things, since most of what is waited for promises no time.
 * @throws after `timeoutMs`, with `what` in the message
 */
export async function waitFor<T>(
  what: string,
  look: () => T | undefined | false | Promise<T | undefined | false>,
  timeoutMs = 30_000,
): Promise<T> {
  const end = Date.now() + timeoutMs;
  for (;;) {
    const found = await look();
    if (found !== undefined && found !== false) {
      return found;
    }
    if (Date.now() > end) {
      throw new Error(`waited ${timeoutMs} ms in vain for: ${what}`);
    }
    await pause(10);
  }
}

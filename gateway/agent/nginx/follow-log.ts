import { closeSync, existsSync, openSync, readSync, statSync, truncateSync } from "node:fs";
import type { Logger } from "../log";

const MAX_BYTES = 16 * 1024 * 1024;
const READ_BYTES = 64 * 1024;

/**
 * Carries nginx's error log into the agent's own. A file in between, not a pipe: nginx outlives the agent, and a pipe without a reader
 * would lose what it says meanwhile.
 */
export class LogFollower {
  #position: number;
  #rest = "";

  /** Starts at the end: what stands there was said before. */
  constructor(
    readonly file: string,
    readonly logger: Logger,
  ) {
    this.#position = existsSync(file) ? statSync(file).size : 0;
  }

  /** Logs the lines that were added since the last call. */
  poll(): void {
    if (!existsSync(this.file)) {
      return;
    }
    const { size } = statSync(this.file);
    if (size < this.#position) {
      this.#position = 0;
    }
    for (const line of this.#readLines(size)) {
      this.#log(line);
    }
    if (this.#position > MAX_BYTES) {
      // nginx appends, so its next line starts at the front again.
      truncateSync(this.file);
      this.#position = 0;
    }
  }

  #readLines(size: number): string[] {
    const descriptor = openSync(this.file, "r");
    try {
      const parts: string[] = [this.#rest];
      const buffer = Buffer.allocUnsafe(READ_BYTES);
      while (this.#position < size) {
        const bytes = readSync(descriptor, buffer, 0, READ_BYTES, this.#position);
        if (bytes === 0) {
          break;
        }
        parts.push(buffer.toString("utf8", 0, bytes));
        this.#position += bytes;
      }
      const lines = parts.join("").split("\n");
      this.#rest = lines.pop() ?? "";
      return lines.filter((line) => line.trim() !== "");
    } finally {
      closeSync(descriptor);
    }
  }

  #log(line: string): void {
    const level = /\[(emerg|alert|crit|error|warn|notice|info|debug)\]/.exec(line)?.[1];
    switch (level) {
      case "emerg":
      case "alert":
      case "crit":
      case "error":
        this.logger.error({ nginx: line });
        break;
      case "warn":
        this.logger.warn({ nginx: line });
        break;
      default:
        this.logger.info({ nginx: line });
    }
  }
}

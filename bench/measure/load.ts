import { execFile, spawnSync } from "node:child_process";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { promisify } from "node:util";
import { benchKeys, ROUTES_PER_API, type Row } from "../rows";
import { makeDirectory, removeDirectory } from "./leftovers";
import { CLIENT_CORE } from "./processes";

const CLIENT = path.resolve(import.meta.dirname, "../client/load.lua");
const CLOSED_CONNECTIONS = 16;
const OPEN_CONNECTIONS = 256;

export interface ClosedLoop {
  readonly requests: number;
  readonly seconds: number;
}

export interface OpenLoop {
  readonly answers: number;
  /** Statuses other than 200, broken connections, and requests that got no answer. */
  readonly failures: number;
  /** Sorted. */
  readonly latenciesMs: Float64Array;
  /** How much later than it should the client sent on average: its own fault. */
  readonly latenessMs: number;
}

/** Why there can be no load here, or undefined. */
export function loadObstacle(): string | undefined {
  const found = spawnSync("luajit", ["-e", 'assert(jit); require("ffi")'], { stdio: "ignore" });
  return found.status === 0 ? undefined : "there is no luajit (Debian's package luajit2, never the one named luajit)";
}

/** Calls a row's routes with a row's keys. */
export class LoadClient {
  readonly #directory = makeDirectory();
  readonly #keysFiles = new Map<number, string>();

  /**
   * Every connection sends as soon as it has its answer.
   * @throws unless every answer is 200: otherwise the work was not the same
   */
  async runClosed(row: Row, port: number, seconds: number): Promise<ClosedLoop> {
    const result = await this.#run(row, port, seconds, CLOSED_CONNECTIONS, 0, "-");
    if (result.failures > 0) {
      throw new Error(`${result.failures} of ${result.answers} requests failed: the work was not the same`);
    }
    return { requests: result.answers, seconds: result.seconds };
  }

  /** Requests are sent when they are due, whether or not others have been answered. */
  async runOpen(row: Row, port: number, seconds: number, requestsPerSecond: number): Promise<OpenLoop> {
    const file = path.join(this.#directory, `latencies-${port}`);
    const result = await this.#run(row, port, seconds, OPEN_CONNECTIONS, requestsPerSecond, file);
    const bytes = readFileSync(file);
    rmSync(file);
    const tenths = new Uint32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4);
    return {
      answers: result.answers,
      failures: result.failures,
      latenciesMs: Float64Array.from(tenths, (tenth) => tenth / 1e4).sort(),
      latenessMs: result.latenessMs,
    };
  }

  close(): void {
    removeDirectory(this.#directory);
  }

  async #run(row: Row, port: number, seconds: number, connections: number, rate: number, latenciesFile: string) {
    const numbers = [port, seconds, connections, rate.toFixed(1), row.routes, ROUTES_PER_API, row.keys].map(String);
    const { stdout } = await promisify(execFile)(
      "taskset",
      ["-c", String(CLIENT_CORE), "luajit", CLIENT, ...numbers, this.#keysFile(row.keys), latenciesFile],
      { timeout: (seconds + 30) * 1000 },
    );
    const fields = /^RESULT (\d+) (\d+) (\d+) (\d+) (\d+) ([\d.]+)$/m.exec(stdout);
    if (fields === null) {
      throw new Error(`the client printed no result: ${stdout}`);
    }
    const [answers = 0, microseconds = 0, wrong = 0, broken = 0, unanswered = 0, lateness = 0] = fields
      .slice(1)
      .map(Number);
    return { answers, seconds: microseconds / 1e6, failures: wrong + broken + unanswered, latenessMs: lateness / 1000 };
  }

  #keysFile(keys: number): string {
    const known = this.#keysFiles.get(keys);
    if (known !== undefined) {
      return known;
    }
    const file = path.join(this.#directory, `keys-${keys}`);
    writeFileSync(file, benchKeys(keys).join("\n") + "\n");
    this.#keysFiles.set(keys, file);
    return file;
  }
}

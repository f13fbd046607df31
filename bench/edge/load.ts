import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { OTHER_CORE } from "./processes";

export interface LoadResult {
  readonly requests: number;
  readonly seconds: number;
  readonly transportErrors: number;
  readonly statusErrors: number;
}

/** Runs wrk (closed loop) against a port for some seconds. Every answer must be a success: otherwise the work was not the same. */
export async function runLoad(script: string, port: number, seconds: number, connections: number): Promise<LoadResult> {
  const { stdout } = await promisify(execFile)("taskset", [
    "-c",
    String(OTHER_CORE),
    "wrk",
    ...["-t", "1", "-c", String(connections), "-d", `${seconds}s`, "-s", script, `http://127.0.0.1:${port}`],
  ]);
  const fields = /^RESULT (\d+) (\d+) (\d+) (\d+)$/m.exec(stdout);
  if (fields === null) {
    throw new Error(`wrk printed no result: ${stdout}`);
  }
  const [requests = 0, microseconds = 0, transportErrors = 0, statusErrors = 0] = fields.slice(1).map(Number);
  if (transportErrors + statusErrors > 0) {
    throw new Error(`${transportErrors} transport errors and ${statusErrors} error statuses in ${requests} requests`);
  }
  return { requests, seconds: microseconds / 1e6, transportErrors, statusErrors };
}

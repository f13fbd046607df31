import { Pool } from "undici";

export interface LoadOptions {
  readonly origin: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Answers to collect. */
  readonly calls: number;
  readonly connections: number;
  /** Called before each call with its number; may await. */
  readonly onCall?: (number: number) => void;
}

export interface LoadResult {
  /** Answers by status. */
  readonly statuses: ReadonlyMap<number, number>;
  /** Values of the Gatehouse-Release field → answers. */
  readonly releases: ReadonlyMap<string, number>;
  /** Calls that ended without an answer, and were made again. */
  readonly broken: number;
}

/**
 * Makes exactly `calls` answered calls over `connections` keep-alive connections, each busy all the time. A call whose connection breaks
 * before its answer is counted as broken and made again.
 */
export async function sendLoad(options: LoadOptions): Promise<LoadResult> {
  const { calls, connections, headers, path } = options;
  const pool = new Pool(options.origin, { connections, pipelining: 1 });
  const statuses = new Map<number, number>();
  const releases = new Map<string, number>();
  let started = 0;
  let broken = 0;
  const callOnce = async (): Promise<void> => {
    for (;;) {
      try {
        const { statusCode, headers: fields, body } = await pool.request({ method: "GET", path, headers });
        await body.dump();
        const release = String(fields["gatehouse-release"]);
        statuses.set(statusCode, (statuses.get(statusCode) ?? 0) + 1);
        releases.set(release, (releases.get(release) ?? 0) + 1);
        return;
      } catch {
        broken += 1;
        if (broken > calls) {
          throw new Error("more calls break than are answered");
        }
      }
    }
  };
  const run = async (): Promise<void> => {
    while (started < calls) {
      started += 1;
      options.onCall?.(started);
      await callOnce();
    }
  };
  await Promise.all(Array.from({ length: connections }, run));
  await pool.close();
  return { statuses, releases, broken };
}

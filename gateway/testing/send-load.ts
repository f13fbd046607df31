import { connect, type Socket } from "node:net";
import { headOf, isWhole } from "./send-raw";

export interface LoadOptions {
  readonly origin: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Answers to collect. */
  readonly calls: number;
  readonly connections: number;
  /** Called before each call with its number. */
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
 * before its answer is counted as broken and made again. Answers have a length or come in chunks.
 */
export async function sendLoad(options: LoadOptions): Promise<LoadResult> {
  const { calls, connections, headers, path } = options;
  const origin = new URL(options.origin);
  const fields = Object.entries({ Host: origin.host, ...headers }).map(([name, value]) => `${name}: ${value}\r\n`);
  const request = `GET ${path} HTTP/1.1\r\n${fields.join("")}\r\n`;
  const statuses = new Map<number, number>();
  const releases = new Map<string, number>();
  let started = 0;
  let broken = 0;
  const callOnce = async (connection: Connection): Promise<void> => {
    for (;;) {
      const head = await connection.call();
      if (head !== undefined) {
        addTo(statuses, Number(head.slice("HTTP/1.1 ".length, "HTTP/1.1 200".length)));
        addTo(releases, String(/^gatehouse-release: *(.*)$/im.exec(head)?.[1]));
        return;
      }
      broken += 1;
      if (broken > calls) {
        throw new Error("more calls break than are answered");
      }
    }
  };
  const run = async (): Promise<void> => {
    const connection = new Connection(origin, request);
    try {
      while (started < calls) {
        started += 1;
        options.onCall?.(started);
        await callOnce(connection);
      }
    } finally {
      connection.close();
    }
  };
  await Promise.all(Array.from({ length: connections }, run));
  return { statuses, releases, broken };
}

function addTo<Key>(counts: Map<Key, number>, key: Key): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}

/**
 * Makes one call at a time, the same each time, over a connection that it opens anew when the last one was closed. Written on a socket:
 * an HTTP client would take several times the processor time of the gateway that it loads.
 */
class Connection {
  #socket: Socket | undefined;
  #answer = "";
  #finish: ((head: string | undefined) => void) | undefined;

  constructor(
    readonly origin: URL,
    readonly request: string,
  ) {}

  /** @returns the answer's status line and fields, or undefined when the connection broke before its end */
  async call(): Promise<string | undefined> {
    return new Promise((resolve) => {
      this.#finish = resolve;
      this.#answer = "";
      this.#socket ??= this.#open();
      this.#socket.write(this.request, "latin1");
    });
  }

  close(): void {
    this.#socket?.destroy();
    this.#socket = undefined;
  }

  #open(): Socket {
    const socket = connect({ host: this.origin.hostname, port: Number(this.origin.port), noDelay: true });
    socket.setEncoding("latin1");
    socket.on("data", (part: string) => {
      this.#take(part);
    });
    const lose = (): void => {
      if (this.#socket === socket) {
        this.#socket = undefined;
        this.#finish?.(undefined);
      }
    };
    socket.on("end", lose);
    socket.on("close", lose);
    // It closes then.
    socket.on("error", () => undefined);
    return socket;
  }

  #take(part: string): void {
    this.#answer += part;
    if (!isWhole(this.#answer)) {
      return;
    }
    const head = headOf(this.#answer);
    const finish = this.#finish;
    this.#finish = undefined;
    if (/^connection: *close/im.test(head)) {
      this.close();
    }
    finish?.(head);
  }
}

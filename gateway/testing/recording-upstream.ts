import type { Socket } from "node:net";
import { RudeUpstream } from "./rude-upstream";

/** A request as it came over the wire. */
export interface WireRequest {
  readonly line: string;
  /** "Name: value", in the order they came. */
  readonly fields: readonly string[];
  /** Latin-1; with its chunks when it came in chunks. */
  readonly body: string;
}

/** What the gateway adds or sets itself. */
const OWN_FIELDS = /^(Host|X-Request-Id|X-Forwarded-[A-Za-z]+): /;
const ANSWER = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

/** An upstream that reads bytes, not HTTP: what a client has smuggled past the gateway stands in `seen`, or is left in `unread`. */
export class RecordingUpstream {
  readonly seen: WireRequest[] = [];
  /** Bytes of all connections that were no whole request when they closed, or have not become one yet. */
  readonly #unread = new Map<Socket, string>();

  private constructor(readonly server: RudeUpstream) {}

  static async start(): Promise<RecordingUpstream> {
    let recording: RecordingUpstream | undefined = undefined;
    const server = await RudeUpstream.start((socket) => {
      socket.on("data", (part) => recording?.take(socket, part.toString("latin1")));
    });
    recording = new RecordingUpstream(server);
    return recording;
  }

  get url(): string {
    return this.server.url;
  }

  get unread(): string {
    return [...this.#unread.values()].join("");
  }

  /** Fields of the last request that the gateway has not set itself. */
  get passedOn(): string[] {
    return (this.seen.at(-1)?.fields ?? []).filter((field) => !OWN_FIELDS.test(field));
  }

  take(socket: Socket, part: string): void {
    let text = (this.#unread.get(socket) ?? "") + part;
    for (let request = readRequest(text); request !== undefined; request = readRequest(text)) {
      this.seen.push(request.request);
      text = text.slice(request.bytes);
      socket.write(ANSWER);
    }
    this.#unread.set(socket, text);
  }

  forget(): void {
    this.seen.length = 0;
    this.#unread.clear();
  }

  stop(): Promise<void> {
    return this.server.stop();
  }
}

function readRequest(text: string): { request: WireRequest; bytes: number } | undefined {
  const end = text.indexOf("\r\n\r\n");
  if (end < 0) {
    return undefined;
  }
  const [line = "", ...fields] = text.slice(0, end).split("\r\n");
  const start = end + 4;
  const length = fields
    .map((field) => /^content-length: (\d+)$/i.exec(field)?.[1])
    .find((digits) => digits !== undefined);
  const isChunked = fields.some((field) => /^transfer-encoding: chunked$/i.test(field));
  const last = text.indexOf("0\r\n\r\n", start);
  const bytes = isChunked ? (last < 0 ? Infinity : last + 5) : start + Number(length ?? 0);
  return bytes > text.length ? undefined : { request: { line, fields, body: text.slice(start, bytes) }, bytes };
}

import { once } from "node:events";
import {
  connect,
  createSecureServer,
  createServer,
  type ClientHttp2Session,
  type Http2Server,
  type IncomingHttpHeaders,
  type ServerHttp2Stream,
} from "node:http2";
import type { AddressInfo } from "node:net";

const PREFIX_BYTES = 5;

/** A message as it stands in a stream: not compressed, its length, itself (https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md). */
function framed(message: string): Buffer {
  const prefix = Buffer.alloc(PREFIX_BYTES);
  prefix.writeUInt32BE(Buffer.byteLength(message), 1);
  return Buffer.concat([prefix, Buffer.from(message)]);
}

/** Takes messages out of the bytes of a stream as they become whole. */
function messageReader(onMessage: (message: string) => void): (part: Buffer) => void {
  let rest = Buffer.alloc(0);
  return (part) => {
    rest = Buffer.concat([rest, part]);
    while (rest.length >= PREFIX_BYTES && rest.length >= PREFIX_BYTES + rest.readUInt32BE(1)) {
      const end = PREFIX_BYTES + rest.readUInt32BE(1);
      onMessage(rest.subarray(PREFIX_BYTES, end).toString());
      rest = rest.subarray(end);
    }
  };
}

/** Sends back every message at once, and ends with the status that the field x-status asks for, or never with x-hold. */
export class GrpcEcho {
  readonly seen: IncomingHttpHeaders[] = [];

  private constructor(
    readonly server: Http2Server,
    readonly scheme: string,
  ) {}

  static async start(tls?: { readonly cert: string; readonly key: string }): Promise<GrpcEcho> {
    const server = tls === undefined ? createServer() : createSecureServer(tls);
    const echo = new GrpcEcho(server, tls === undefined ? "http" : "https");
    server.on("stream", (stream: ServerHttp2Stream, headers: IncomingHttpHeaders) => echo.#answer(stream, headers));
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return echo;
  }

  get url(): string {
    return `${this.scheme}://localhost:${(this.server.address() as AddressInfo).port}`;
  }

  #answer(stream: ServerHttp2Stream, headers: IncomingHttpHeaders): void {
    this.seen.push(headers);
    stream.on("error", () => undefined);
    const status = String(headers["x-status"] ?? "0");
    const contentType = { "content-type": "application/grpc" };
    if (headers["x-trailers-only"] !== undefined) {
      stream.respond({ ":status": 200, ...contentType, "grpc-status": status }, { endStream: true });
      return;
    }
    stream.respond({ ":status": 200, ...contentType }, { waitForTrailers: true });
    stream.on("wantTrailers", () => stream.sendTrailers({ "grpc-status": status, "grpc-message": "as asked" }));
    stream.on(
      "data",
      messageReader((message) => stream.write(framed(message))),
    );
    if (headers["x-hold"] === undefined) {
      stream.on("end", () => stream.end());
    }
  }

  async stop(): Promise<void> {
    await new Promise((resolve) => {
      this.server.close(resolve);
    });
  }
}

/** A call in progress, as a client of gRPC sees it. */
export interface GrpcCall {
  readonly send: (message: string) => void;
  /** The next message. */
  readonly hear: () => Promise<string>;
  readonly end: () => void;
  readonly cancel: () => void;
  /** Status and message, from the trailers or from a head without a body. */
  readonly status: Promise<{ code: number; message: string; headers: IncomingHttpHeaders }>;
}

export async function openGrpc(
  origin: string,
  options: { ca?: string; servername?: string } = {},
): Promise<ClientHttp2Session> {
  const session = connect(origin, options);
  await once(session, "connect");
  return session;
}

export function callGrpc(session: ClientHttp2Session, path: string, fields: Record<string, string>): GrpcCall {
  const stream = session.request({
    ":method": "POST",
    ":path": path,
    "content-type": "application/grpc",
    te: "trailers",
    ...fields,
  });
  const arrived: string[] = [];
  const waiting: ((message: string) => void)[] = [];
  stream.on(
    "data",
    messageReader((message) => (waiting.shift() ?? ((late: string) => arrived.push(late)))(message)),
  );
  const status = new Promise<{ code: number; message: string; headers: IncomingHttpHeaders }>((resolve, reject) => {
    let headers: IncomingHttpHeaders = {};
    let trailers: IncomingHttpHeaders | undefined;
    stream.on("response", (given) => (headers = given));
    stream.on("trailers", (given) => (trailers = given));
    stream.on("error", reject);
    stream.on("close", () => {
      const { "grpc-status": code, "grpc-message": message } = trailers ?? headers;
      resolve({ code: Number(code), message: String(message), headers });
    });
  });
  status.catch(() => undefined);
  return {
    send: (message) => stream.write(framed(message)),
    hear: () => {
      const message = arrived.shift();
      return message === undefined ? new Promise((resolve) => waiting.push(resolve)) : Promise.resolve(message);
    },
    end: () => stream.end(),
    cancel: () => stream.close(8),
    status,
  };
}

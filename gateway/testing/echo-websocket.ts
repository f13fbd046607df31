import { createHash } from "node:crypto";
import { createServer, type IncomingMessage, type RequestListener, type Server } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { AddressInfo } from "node:net";
import type { Duplex } from "node:stream";

const GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
const TEXT = 0x81;
const CLOSE = 0x88;

interface Tls {
  readonly cert: string;
  readonly key: string;
}

/** A WebSocket server (RFC 6455) that sends back every short message, and answers other calls like an HTTP server. */
export class EchoWebsocket {
  readonly handshakes: IncomingMessage[] = [];
  open = 0;
  readonly #sockets = new Set<Duplex>();
  readonly #server: Server;

  private constructor(readonly tls: Tls | undefined) {
    const answer: RequestListener = (request, response) => {
      response.end(JSON.stringify({ upgrade: request.headers.upgrade ?? null }));
    };
    this.#server = tls === undefined ? createServer(answer) : createTlsServer(tls, answer);
  }

  /** @param tls of a server that speaks TLS; its certificate must be for "localhost" */
  static async start(tls?: Tls): Promise<EchoWebsocket> {
    const echo = new EchoWebsocket(tls);
    echo.#server.on("upgrade", (request, socket) => echo.#accept(request, socket));
    await new Promise<void>((resolve) => echo.#server.listen(0, "127.0.0.1", resolve));
    return echo;
  }

  get url(): string {
    const { port } = this.#server.address() as AddressInfo;
    return this.tls === undefined ? `http://127.0.0.1:${port}` : `https://localhost:${port}`;
  }

  #accept(request: IncomingMessage, socket: Duplex): void {
    this.handshakes.push(request);
    this.open += 1;
    this.#sockets.add(socket);
    const accept = createHash("sha1").update(`${request.headers["sec-websocket-key"]}${GUID}`).digest("base64");
    socket.write(
      `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`,
    );
    let rest = Buffer.alloc(0);
    socket.on("data", (part: Buffer) => {
      rest = Buffer.concat([rest, part]);
      for (let frame = readFrame(rest); frame !== undefined; frame = readFrame(rest)) {
        rest = rest.subarray(frame.bytes);
        const head = Buffer.from([frame.type === CLOSE ? CLOSE : TEXT, frame.payload.length]);
        socket.write(Buffer.concat([head, frame.payload]));
        if (frame.type === CLOSE) {
          socket.end();
        }
      }
    });
    socket.on("end", () => socket.end());
    socket.on("close", () => (this.open -= 1));
    socket.on("error", () => undefined);
  }

  async stop(): Promise<void> {
    for (const socket of this.#sockets) {
      socket.destroy();
    }
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}

/** A masked frame of less than 126 bytes, if it is there in whole. */
function readFrame(bytes: Buffer): { type: number; payload: Buffer; bytes: number } | undefined {
  const length = (bytes[1] ?? 0) & 0x7f;
  if (bytes.length < 2 || bytes.length < 6 + length) {
    return undefined;
  }
  const mask = bytes.subarray(2, 6);
  const payload = Buffer.from(bytes.subarray(6, 6 + length).map((byte, index) => byte ^ (mask[index % 4] ?? 0)));
  return { type: bytes[0] ?? 0, payload, bytes: 6 + length };
}

import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";

export interface SeenRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingMessage["headers"];
  readonly rawHeaders: readonly string[];
  readonly body: string;
}

/** Where it listens: by default on the loopback, on a port that is free. */
interface Place {
  readonly address?: string;
  readonly port?: number;
}

type Handler = (request: IncomingMessage, response: ServerResponse, body: string) => void;

/** A real HTTP server on the loopback that counts what reaches it: the ground truth of every limit test. */
export class FakeUpstream {
  readonly seen: SeenRequest[] = [];
  count = 0;
  /** Off for load: keeping every request costs more than serving it. */
  keepsRequests = true;
  readonly #sockets = new Set<Socket>();

  private constructor(
    readonly server: Server,
    readonly port: number,
  ) {
    server.on("connection", (socket: Socket) => {
      this.#sockets.add(socket);
      socket.on("close", () => this.#sockets.delete(socket));
    });
  }

  static async start(handler: Handler = answerOk, place: Place = {}): Promise<FakeUpstream> {
    const { address = "127.0.0.1", port = 0 } = place;
    let upstream: FakeUpstream | undefined = undefined;
    const server = createServer({ keepAliveTimeout: 30_000 }, (request, response) => {
      const parts: Buffer[] = [];
      request.on("data", (part: Buffer) => parts.push(part));
      request.on("end", () => {
        const body = Buffer.concat(parts).toString("utf8");
        upstream?.note(request, body);
        handler(request, response, body);
      });
    });
    await new Promise<void>((resolve) => server.listen(port, address, resolve));
    upstream = new FakeUpstream(server, (server.address() as AddressInfo).port);
    return upstream;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  note(request: IncomingMessage, body: string): void {
    this.count += 1;
    if (this.keepsRequests) {
      const { method = "", url = "", headers, rawHeaders } = request;
      this.seen.push({ method, url, headers, rawHeaders, body });
    }
  }

  async stop(): Promise<void> {
    for (const socket of this.#sockets) {
      socket.destroy();
    }
    await new Promise((resolve) => this.server.close(resolve));
  }
}

function answerOk(_request: IncomingMessage, response: ServerResponse): void {
  response.writeHead(200, { "Content-Type": "application/json" });
  response.end('{"ok":true}');
}

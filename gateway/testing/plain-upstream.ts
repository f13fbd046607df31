import { createServer, type AddressInfo, type Server, type Socket } from "node:net";

const ANSWER = 'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 11\r\n\r\n{"ok":true}';

/** Answers every request without a body at once and looks at none: an HTTP server would take more processor time than the gateway. */
export class PlainUpstream {
  readonly #sockets = new Set<Socket>();

  private constructor(readonly server: Server) {
    server.on("connection", (socket: Socket) => {
      this.#sockets.add(socket);
      socket.on("close", () => this.#sockets.delete(socket));
    });
  }

  static async start(): Promise<PlainUpstream> {
    const server = createServer({ noDelay: true }, (socket) => {
      let head = "";
      socket.setEncoding("latin1");
      socket.on("data", (part: string) => {
        head += part;
        if (head.endsWith("\r\n\r\n")) {
          head = "";
          socket.write(ANSWER);
        }
      });
      socket.on("error", () => undefined);
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return new PlainUpstream(server);
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    for (const socket of this.#sockets) {
      socket.destroy();
    }
    await new Promise((resolve) => this.server.close(resolve));
  }
}

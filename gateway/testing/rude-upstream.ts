import { createServer, type Server, type Socket } from "node:net";
import { findFreePort } from "./free-port";

/** A server that does to each connection whatever a test wants. */
export class RudeUpstream {
  connections = 0;

  private constructor(
    readonly url: string,
    readonly port: number,
    readonly server: Server,
    readonly sockets: Set<Socket>,
  ) {}

  static async start(behave: (socket: Socket) => void, port?: number): Promise<RudeUpstream> {
    const sockets = new Set<Socket>();
    let upstream: RudeUpstream | undefined = undefined;
    const server = createServer((socket) => {
      upstream?.note();
      sockets.add(socket);
      socket.on("close", () => sockets.delete(socket));
      socket.on("error", () => undefined);
      behave(socket);
    });
    const chosen = port ?? (await findFreePort());
    await new Promise<void>((resolve) => server.listen(chosen, "127.0.0.1", resolve));
    upstream = new RudeUpstream(`http://127.0.0.1:${chosen}`, chosen, server, sockets);
    return upstream;
  }

  /** Answers every request head with these bytes; `then` may do more to the connection. */
  static answering(bytes: string, then: (socket: Socket) => void = () => undefined): Promise<RudeUpstream> {
    return RudeUpstream.start((socket) => socket.on("data", () => socket.write(bytes, "latin1", () => then(socket))));
  }

  note(): void {
    this.connections += 1;
  }

  async stop(): Promise<void> {
    for (const socket of this.sockets) {
      socket.destroy();
    }
    await new Promise((resolve) => this.server.close(resolve));
  }
}

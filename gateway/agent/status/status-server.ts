import { rmSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { connect } from "node:net";
import { describeError } from "../log";
import { StartError } from "../start-error";

/**
 * Serves /metrics on a unix socket, which nginx's status port passes on. The socket is also the lock of the state directory: two
 * agents on one directory would count every request twice.
 * @throws StartError when another agent answers on it
 */
export async function openStatusServer(socket: string, metrics: () => Promise<string>): Promise<Server> {
  if (await isAnswered(socket)) {
    throw new StartError(`Another agent already runs on this state directory (it answers on ${socket}); end it first.`);
  }
  rmSync(socket, { force: true });
  const server = createServer((request, response) => {
    if (request.method !== "GET" || request.url !== "/metrics") {
      response.writeHead(404).end();
      return;
    }
    metrics().then(
      (text) => response.writeHead(200, { "content-type": "text/plain; version=0.0.4; charset=utf-8" }).end(text),
      (error: unknown) => response.writeHead(500).end(`the metrics cannot be gathered: ${describeError(error)}\n`),
    );
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(socket, resolve);
  });
  return server;
}

function isAnswered(socket: string): Promise<boolean> {
  return new Promise((resolve) => {
    const connection = connect(socket);
    connection.once("connect", () => {
      connection.destroy();
      resolve(true);
    });
    connection.once("error", () => resolve(false));
  });
}

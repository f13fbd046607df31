import { createServer } from "node:net";

/** Below what systems give to outgoing connections, which under load take any of theirs before a test listens there. */
const FIRST = 10_000;
const COUNT = 10_000;

let tried = Math.floor(Math.random() * COUNT);

/** A TCP port on the loopback that was free a moment ago, that nobody else is likely to take, and that this process is told once. */
export async function findFreePort(): Promise<number> {
  for (let attempt = 0; attempt < COUNT; attempt += 1) {
    tried = (tried + 1) % COUNT;
    const port = FIRST + tried;
    if (await isFree(port)) {
      return port;
    }
  }
  throw new Error(`no port from ${FIRST} to ${FIRST + COUNT - 1} is free`);
}

async function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => {
      resolve(false);
    });
    server.listen({ port, host: "127.0.0.1", exclusive: true }, () => server.close(() => resolve(true)));
  });
}

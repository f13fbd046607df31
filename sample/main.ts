import { createServer } from "node:http";
import { readSettings } from "./env";
import { createHarbour } from "./harbour";

// The demonstration's upstream, as a process: an ordinary web service that knows nothing of Gatehouse.
const { host, port } = readSettings();
const server = createServer(createHarbour());
server.listen(port, host, () => process.stdout.write(`Harbour listens on http://${host}:${port}\n`));

for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.on(signal, () => {
    server.close(() => process.exit(0));
    server.closeIdleConnections();
    // A client that holds its connection open must not hold up the end.
    setTimeout(() => server.closeAllConnections(), 1000).unref();
  });
}

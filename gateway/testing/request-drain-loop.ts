import { armCrash } from "./crash-after";
import path from "node:path";
import { pino } from "pino";
import { ControlPlaneClient } from "../agent/control-plane/client";
import { Problems } from "../agent/problems";
import { RequestLog } from "../agent/requests/request-log";
import { REQUEST_LOG_FORMAT } from "../agent/requests/request-log-format";
import { Spool } from "../agent/spool/spool";

/**
 * The agent's request log alone, draining without a pause, to be killed at any moment:
 * node request-drain-loop.mjs STATE URL SPOOL_BYTES CRASH_AFTER, as drain-loop.ts. SIGTERM drains and ships one last time.
 */
const [, , root = "", url = "", maxBytes = "0", crashAfter = "0"] = process.argv;
armCrash(Number(crashAfter));
const logger = pino({ level: "silent" });
const client = new ControlPlaneClient(url);
client.authenticateAs("node-token");
const stopping = new AbortController();
process.stdin.on("end", () => process.exit(1)).resume();
const parent = process.ppid;
process.on("SIGTERM", () => stopping.abort());

const spool = await Spool.open({
  format: REQUEST_LOG_FORMAT,
  directory: path.join(root, "spool"),
  maxBytes: Number(maxBytes),
  logger,
});
const log = new RequestLog({
  directory: path.join(root, "requests"),
  spool,
  file: undefined,
  send: (batch) => client.sendRequestLog(batch),
  problems: new Problems(),
  logger,
  signal: stopping.signal,
  onFatal: () => process.exit(1),
});
process.stdout.write("ready\n");

/** A test that was itself killed must not leave this loop behind. */
function endWithParent(): void {
  if (process.ppid !== parent) {
    process.exit(1);
  }
}

while (!stopping.signal.aborted) {
  endWithParent();
  await log.delivery.drain();
  await new Promise((resolve) => setImmediate(resolve));
}
await log.delivery.drain();
for (;;) {
  endWithParent();
  try {
    await log.delivery.flush();
    break;
  } catch {
    // An answer was lost: the batch is sent again.
  }
}
process.stdout.write(`${JSON.stringify({ dropped: log.dropped })}\n`);
process.exit(0);

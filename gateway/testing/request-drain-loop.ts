import { runDrainLoop } from "./run-drain-loop";
import path from "node:path";
import { pino } from "pino";
import { Problems } from "../agent/problems";
import { RequestLog } from "../agent/requests/request-log";
import { REQUEST_LOG_FORMAT } from "../agent/requests/request-log-format";
import { Spool } from "../agent/spool/spool";

/** The agent's request log alone (run-drain-loop.ts), by the clock. */
await runDrainLoop(async ({ client, maxBytes, root, signal }) => {
  // Lost answers and dropped records are what its test is about.
  const logger = pino({ level: "silent" });
  const spool = await Spool.open({ format: REQUEST_LOG_FORMAT, directory: path.join(root, "spool"), maxBytes, logger });
  const log = new RequestLog({
    directory: path.join(root, "requests"),
    spool,
    file: undefined,
    send: (batch) => client.sendRequestLog(batch),
    problems: new Problems(),
    logger,
    signal,
    onFatal: () => process.exit(1),
  });
  return {
    drain: () => log.delivery.drain(),
    flush: () => log.delivery.flush(),
    report: () => ({ dropped: log.dropped }),
  };
});

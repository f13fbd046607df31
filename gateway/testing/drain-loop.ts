import { armCrash } from "./crash-after";
import path from "node:path";
import { pino } from "pino";
import { ControlPlaneClient } from "../agent/control-plane/client";
import { MeterDrain } from "../agent/meters/drain-meters";
import { TELEMETRY_FORMAT } from "../agent/meters/telemetry-format";
import { Problems } from "../agent/problems";
import { Shipper } from "../agent/spool/shipper";
import { Spool } from "../agent/spool/spool";

/**
 * The agent's metering alone, draining without a pause, to be killed at any moment:
 * node drain-loop.mjs STATE URL SPOOL_BYTES CRASH_AFTER NOW_MS, with the change to the disk at which it kills itself, 0 for never, and the
 * time that it is all the while: how long a run takes must not decide how many minutes its batches are of.
 * SIGTERM drains and ships one last time.
 */
const [, , root = "", url = "", maxBytes = "0", crashAfter = "0", nowMs = "0"] = process.argv;
armCrash(Number(crashAfter));
const logger = pino({ level: "error" });
const client = new ControlPlaneClient(url);
client.authenticateAs("node-token");
const stopping = new AbortController();
// A test that was given up must not leave a process behind that spins.
process.stdin.on("end", () => process.exit(1)).resume();
const parent = process.ppid;
process.on("SIGTERM", () => stopping.abort());

const spool = await Spool.open({
  format: TELEMETRY_FORMAT,
  directory: path.join(root, "spool"),
  maxBytes: Number(maxBytes),
  logger,
});
const drain = new MeterDrain({
  metersDirectory: path.join(root, "meters"),
  baselinesDirectory: path.join(root, "baselines"),
  spool,
  logger,
  onRows: () => undefined,
});
const { signal } = stopping;
const shipper = new Shipper({
  send: (batch) => client.sendTelemetry(batch),
  spool,
  name: "usage",
  problem: "telemetry_refused",
  problems: new Problems(),
  logger,
  signal,
});
process.stdout.write("ready\n");

/** A test that was itself killed must not leave this loop behind. */
function endWithParent(): void {
  if (process.ppid !== parent) {
    process.exit(1);
  }
}

while (!signal.aborted) {
  endWithParent();
  await drain.drain(Number(nowMs));
  shipper.nudge();
  await new Promise((resolve) => setImmediate(resolve));
}
await drain.drain(Number(nowMs));
for (;;) {
  endWithParent();
  try {
    await shipper.flush();
    break;
  } catch {
    // An answer was lost: the batch is sent again.
  }
}
process.stdout.write(`${JSON.stringify({ dropped: spool.droppedRequests, depth: spool.depth })}\n`);
process.exit(0);

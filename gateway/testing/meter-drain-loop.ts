import { runDrainLoop } from "./run-drain-loop";
import path from "node:path";
import { MeterDrain } from "../agent/meters/drain-meters";
import { TELEMETRY_FORMAT } from "../agent/meters/telemetry-format";
import { Problems } from "../agent/problems";
import { Shipper } from "../agent/spool/shipper";
import { Spool } from "../agent/spool/spool";

/** The agent's metering alone (run-drain-loop.ts). */
await runDrainLoop(async ({ client, logger, maxBytes, nowMs, root, signal }) => {
  const spool = await Spool.open({ format: TELEMETRY_FORMAT, directory: path.join(root, "spool"), maxBytes, logger });
  const meters = new MeterDrain({
    metersDirectory: path.join(root, "meters"),
    baselinesDirectory: path.join(root, "baselines"),
    spool,
    logger,
    onRows: () => undefined,
  });
  const shipper = new Shipper({
    send: (batch) => client.sendTelemetry(batch),
    spool,
    name: "usage",
    problem: "telemetry_refused",
    problems: new Problems(),
    logger,
    signal,
  });
  return {
    async drain() {
      await meters.drain(nowMs);
      shipper.nudge();
    },
    flush: () => shipper.flush(),
    report: () => ({ dropped: spool.droppedRequests, depth: spool.depth }),
  };
});

import { armCrash } from "./crash-after";
import { pino, type Logger } from "pino";
import { ControlPlaneClient } from "../agent/control-plane/client";

/** What a loop is told by its command line, and what it sends to. */
export interface LoopSetting {
  readonly root: string;
  readonly client: ControlPlaneClient;
  readonly maxBytes: number;
  /** 0 when it is not given. */
  readonly nowMs: number;
  readonly logger: Logger;
  /** Aborted by SIGTERM. */
  readonly signal: AbortSignal;
}

export interface DrainLoop {
  readonly drain: () => Promise<void>;
  /** Rejects when an answer was lost; is then called again. */
  readonly flush: () => Promise<void>;
  /** Printed as JSON at the end. */
  readonly report: () => object;
}

/**
 * A part of the agent alone, draining without a pause, to be killed at any moment:
 * node LOOP.mjs STATE URL SPOOL_BYTES CRASH_AFTER NOW_MS, with the change to the disk at which it kills itself, 0 for never, and the
 * time that it is all the while: how long a run takes must not decide how many minutes its batches are of.
 * Says "ready" when it begins. SIGTERM drains and ships one last time.
 */
export async function runDrainLoop(open: (setting: LoopSetting) => Promise<DrainLoop>): Promise<never> {
  const [, , root = "", url = "", maxBytes = "0", crashAfter = "0", nowMs = "0"] = process.argv;
  armCrash(Number(crashAfter));
  const client = new ControlPlaneClient(url);
  client.authenticateAs("node-token");
  const stopping = new AbortController();
  // A test that was given up must not leave a process behind that spins.
  process.stdin.on("end", () => process.exit(1)).resume();
  process.on("SIGTERM", () => stopping.abort());
  const endWithParent = parentWatch();
  const { signal } = stopping;
  const logger = pino({ level: "error" });
  const loop = await open({ root, client, maxBytes: Number(maxBytes), nowMs: Number(nowMs), logger, signal });
  process.stdout.write("ready\n");

  while (!signal.aborted) {
    endWithParent();
    await loop.drain();
    await new Promise((resolve) => setImmediate(resolve));
  }
  await loop.drain();
  for (;;) {
    endWithParent();
    try {
      await loop.flush();
      break;
    } catch {
      // An answer was lost: the batch is sent again.
    }
  }
  process.stdout.write(`${JSON.stringify(loop.report())}\n`);
  process.exit(0);
}

/** A test that was itself killed must not leave a loop behind. */
function parentWatch(): () => void {
  const parent = process.ppid;
  return () => {
    if (process.ppid !== parent) {
      process.exit(1);
    }
  };
}

import { setTimeout as delay } from "node:timers/promises";
import type { ControlFile, WorkerSlot } from "./control-file";

/** A worker polls fifty times a second; one that was silent for this long is gone or stuck. */
const SILENT_AFTER_SECONDS = 5;
const WAIT_STEP_MS = 3;
const WAIT_LONGEST_MS = 10_000;

export interface WorkerSummary {
  readonly expected: number;
  /** Workers that run a release and have taken up the newest generation of it and of the credentials. */
  readonly ready: number;
  /** Release that every expected worker runs, else null. */
  readonly release: number | null;
  /** First message of a worker that failed. */
  readonly failure: string | undefined;
}

export type TakeUp =
  { readonly kind: "taken-up" | "no-workers" | "slow" } | { readonly kind: "failed"; readonly message: string };

/** Reads what the workers of nginx say of themselves in the control file. */
export class WorkerWatch {
  constructor(
    readonly control: ControlFile,
    readonly expected: number,
    readonly nowMs: () => number = Date.now,
  ) {}

  /** Slots of workers that are there: they polled lately, and their process exists. */
  live(): WorkerSlot[] {
    const oldest = this.nowMs() / 1000 - SILENT_AFTER_SECONDS;
    return this.control
      .readWorkers(this.expected)
      .filter((slot) => slot.pid !== 0 && slot.polledAtSeconds >= oldest && exists(slot.pid));
  }

  summary(): WorkerSummary {
    const { generation, credentialGeneration } = this.control;
    const live = this.live();
    const ready = live.filter(
      (slot) =>
        slot.release !== 0 &&
        slot.generation === generation &&
        credentialGeneration !== 0 &&
        slot.credentialGeneration === credentialGeneration,
    );
    const first = live[0]?.release ?? 0;
    const isSame = live.length === this.expected && live.every((slot) => slot.release === first);
    return {
      expected: this.expected,
      ready: ready.length,
      release: isSame && first !== 0 ? first : null,
      failure: live.find((slot) => slot.failed)?.message,
    };
  }

  /**
   * Waits until every worker that is there has answered a generation of the control file, one has failed, or they are too slow. One
   * that is still missing reads the newest state when it starts.
   */
  async waitForTakeUp(generation: number): Promise<TakeUp> {
    const deadline = this.nowMs() + WAIT_LONGEST_MS;
    for (;;) {
      const live = this.live();
      const failed = live.find((slot) => slot.failed && slot.generation === generation);
      if (failed !== undefined) {
        return { kind: "failed", message: failed.message || "no reason given" };
      }
      if (live.length === 0) {
        return { kind: "no-workers" };
      }
      if (live.every((slot) => slot.generation === generation)) {
        return { kind: "taken-up" };
      }
      if (this.nowMs() > deadline) {
        return { kind: "slow" };
      }
      await delay(WAIT_STEP_MS);
    }
  }

  /** Whether no live worker still reads an older credential file. */
  haveCredentials(credentialGeneration: number): boolean {
    return this.live().every((slot) => slot.credentialGeneration === credentialGeneration);
  }
}

function exists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it is there, and belongs to somebody else.
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

import { setTimeout as delay } from "node:timers/promises";
import type { Heartbeat, HeartbeatAnswer } from "../../contract/heartbeat";
import { describeError, type Logger } from "../log";
import { ControlPlaneRefusal, type ControlPlane } from "./client";

const INTERVAL_MS = 2_000;
/** Several changes at once (a release and its problem) become one heartbeat. */
const GATHER_MS = 10;

export interface HeartbeatOptions {
  readonly client: ControlPlane;
  readonly logger: Logger;
  readonly signal: AbortSignal;
  readonly compose: () => ComposedHeartbeat;
  /** Called when the control plane answers after it did not. */
  readonly onBack: () => void;
}

/** A heartbeat and what to do with its answer, which speaks of the moment the heartbeat was made. */
export interface ComposedHeartbeat {
  readonly heartbeat: Heartbeat;
  readonly onAnswer: (answer: HeartbeatAnswer) => void;
}

/** Tells the control plane how this node is: every two seconds, and at once when `nudge` is called. */
export class Heartbeats {
  #wake: () => void = () => undefined;
  #nudged = false;
  #trouble: string | undefined;

  constructor(readonly options: HeartbeatOptions) {}

  /** Something changed that the control plane should know now. */
  nudge(): void {
    this.#nudged = true;
    this.#wake();
  }

  /** Runs until the signal aborts. Never throws. */
  async run(): Promise<void> {
    const { signal } = this.options;
    while (!signal.aborted) {
      this.#nudged = false;
      await this.#beat();
      await this.#pause();
    }
  }

  async #beat(): Promise<void> {
    const { client, compose, logger, onBack, signal } = this.options;
    const { heartbeat, onAnswer } = compose();
    try {
      const answer = await client.sendHeartbeat(heartbeat);
      if (this.#trouble !== undefined) {
        logger.info("the control plane answers again");
        this.#trouble = undefined;
        onBack();
      }
      onAnswer(answer);
    } catch (error) {
      const trouble = explain(error);
      if (trouble !== this.#trouble && !signal.aborted) {
        logger.warn(
          { error: trouble },
          "the control plane does not take heartbeats; the gateway goes on with what it has",
        );
      }
      this.#trouble = trouble;
    }
  }

  async #pause(): Promise<void> {
    const { signal } = this.options;
    await delay(GATHER_MS, undefined, { signal }).catch(() => undefined);
    if (this.#nudged || signal.aborted) {
      return;
    }
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, INTERVAL_MS - GATHER_MS);
      const end = () => {
        clearTimeout(timer);
        signal.removeEventListener("abort", end);
        resolve();
      };
      this.#wake = end;
      signal.addEventListener("abort", end);
    });
    this.#wake = () => undefined;
  }
}

function explain(error: unknown): string {
  if (error instanceof ControlPlaneRefusal && error.status === 401) {
    return "the control plane does not know this node (any more): delete node.json in the state directory and start with a new GATEHOUSE_ENROL_TOKEN";
  }
  return describeError(error);
}

import { setImmediate } from "node:timers/promises";

const SLICE_MS = 12;

/**
 * Lets long work on large documents rest between slices, so that the process goes on answering others: a revoked key must reach the
 * gateways within a second even while somebody imports 10 MB.
 */
export class Pace {
  private sliceStartedMs = performance.now();

  isRestDue(): boolean {
    return performance.now() - this.sliceStartedMs > SLICE_MS;
  }

  async rest(): Promise<void> {
    await setImmediate();
    this.sliceStartedMs = performance.now();
  }

  async restIfDue(): Promise<void> {
    if (this.isRestDue()) {
      await this.rest();
    }
  }
}

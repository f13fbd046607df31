import { activateBundle, currentBundle } from "../bundle-store";
import { wantedCredentialGeneration, wantedGeneration, workerSlot, writeMessage } from "../control";
import { openCredentials } from "../credential-store";
import { nowSeconds } from "../host/clock";

/**
 * Looks at the control words and takes up what is new. What cannot be taken up leaves everything as it was, and the reason in the
 * worker's slot: the agent reports it.
 */
export function poll(stateDirectory: string, worker: number): void {
  const slot = workerSlot(worker);
  const credentialGeneration = wantedCredentialGeneration();
  if (credentialGeneration !== slot.credentialGeneration) {
    const [opened, reason] = pcall(() => openCredentials(stateDirectory, credentialGeneration));
    if (opened) {
      slot.credentialGeneration = credentialGeneration;
    } else {
      report(worker, tostring(reason));
    }
  }
  const generation = wantedGeneration();
  if (generation !== slot.generation) {
    const [activated, reason] = pcall(() => activateBundle(stateDirectory));
    slot.failed = activated ? 0 : 1;
    if (!activated) {
      report(worker, tostring(reason));
    }
    slot.release = currentBundle()?.release ?? 0;
    slot.generation = generation;
  }
  slot.polledAt = nowSeconds();
}

let lastReason = "";

/** Said once: what cannot be taken up now is tried again fifty times a second. */
function report(worker: number, reason: string): void {
  if (reason === lastReason) {
    return;
  }
  lastReason = reason;
  writeMessage(workerSlot(worker), reason);
  ngx.log(ngx.ERR, "worker ", worker, " keeps what it has: ", reason);
}

import { activateBundle, currentBundle } from "../release/bundle-store";
import { openCertificates } from "../certificates";
import { openKeySets } from "../key-sets";
import {
  wantedCertificateGeneration,
  wantedCredentialGeneration,
  wantedGeneration,
  wantedKeySetGeneration,
  workerSlot,
  writeMessage,
  type WorkerSlot,
} from "../shared-memory/control";
import { openCredentials } from "../shared-memory/credential-store";
import { nowSeconds } from "../host/clock";

/**
 * Looks at the control words and takes up what is new. What cannot be taken up leaves everything as it was, and the reason in the
 * worker's slot: the agent reports it.
 *
 * What was taken up the worker remembers by itself: after a reload its slot is its successor's, while it still answers the last calls.
 */
export function poll(stateDirectory: string, worker: number): void {
  if (isActivating) {
    tell(worker);
    return;
  }
  const credentials = wantedCredentialGeneration();
  if (credentials !== taken.credentials) {
    const [opened, reason] = pcall(() => openCredentials(stateDirectory, credentials));
    if (opened) {
      taken.credentials = credentials;
    } else {
      report(worker, tostring(reason));
    }
  }
  const certificates = wantedCertificateGeneration();
  if (certificates !== taken.certificates) {
    const [opened, reason] = pcall(() => openCertificates(stateDirectory));
    if (opened) {
      taken.certificates = certificates;
      // Upstreams were linked with those before.
      taken.isLinked = false;
    } else {
      report(worker, tostring(reason));
    }
  }
  const keySets = wantedKeySetGeneration();
  if (keySets !== taken.keySets) {
    const [opened, reason] = pcall(() => openKeySets(stateDirectory));
    if (opened) {
      taken.keySets = keySets;
    } else {
      report(worker, tostring(reason));
    }
  }
  const generation = wantedGeneration();
  if (generation !== taken.generation || !taken.isLinked) {
    taken.isLinked = true;
    isActivating = true;
    const [activated, reason] = pcall(() => activateBundle(stateDirectory));
    isActivating = false;
    taken.hasFailed = !activated;
    if (!activated) {
      report(worker, tostring(reason));
    }
    taken.generation = generation;
  }
  tell(worker);
}

/** Generations; 0 = none. */
const taken = { generation: 0, credentials: 0, certificates: 0, keySets: 0, isLinked: true, hasFailed: false };

/** Says in the worker's slot, as long as it is its own, what it runs. The generation last: whoever waits for it finds the rest in place. */
function tell(worker: number): void {
  const slot = workerSlot(worker);
  if (!isOwn(slot)) {
    return;
  }
  slot.failed = taken.hasFailed ? 1 : 0;
  slot.release = currentBundle()?.release ?? 0;
  slot.credentialGeneration = taken.credentials;
  slot.generation = taken.generation;
  slot.polledAt = nowSeconds();
}

function isOwn(slot: WorkerSlot): boolean {
  return slot.pid === ngx.worker.pid();
}

/** A release that takes many turns is taken up to its end before anything else is looked at. */
let isActivating = false;

let lastReason = "";

/** Said once: what cannot be taken up now is tried again fifty times a second. */
function report(worker: number, reason: string): void {
  if (reason === lastReason) {
    return;
  }
  lastReason = reason;
  if (isOwn(workerSlot(worker))) {
    writeMessage(workerSlot(worker), reason);
  }
  ngx.log(ngx.ERR, "worker ", worker, " keeps what it has: ", reason);
}

/**
 * Files that nginx workers map into memory and the agent reads or writes with plain file calls (coherent through the page cache).
 * Little-endian, 8-byte aligned. The C declarations the workers use stand in
 * runtime/control.ts, runtime/credential-store.ts and runtime/meter.ts; contract.lua.test.ts holds them equal to this.
 */

/** `node.control`: the agent raises a word, workers notice within WORKER_POLL_SECONDS and answer in their slot. */
export const CONTROL = {
  bytes: 4096,
  magic: 0x47484354,
  /** u32 words written by the agent. */
  magicAt: 0,
  /** Raised after `active.json` was replaced (a release, or new addresses of upstreams). */
  generationAt: 4,
  /** Raised after a new credential index file was put in place; 0 means no credentials were ever loaded. */
  credentialGenerationAt: 8,
  /** Slots of 256 bytes, one per worker id, from this offset. */
  workersAt: 256,
  workerBytes: 256,
  maxWorkers: 15,
  worker: {
    /** u32, 0 = never started. */
    pidAt: 0,
    /** u32: generation of the control file this worker has taken up. */
    generationAt: 4,
    credentialGenerationAt: 8,
    /** u32: 1 when the worker could not take up the generation; the reason is the text at messageAt. */
    failedAt: 12,
    /** f64: active release number, 0 = none. */
    releaseAt: 16,
    /** f64: epoch seconds of the last poll. */
    polledAt: 24,
    /** NUL-terminated text. */
    messageAt: 32,
    messageBytes: 224,
  },
} as const;

export const WORKER_POLL_SECONDS = 0.02;

/**
 * `credentials.<generation>.index`: open addressing, linear probing from the first 4 bytes of the hash. Written by the agent only,
 * read by all workers. A slot is written as: version odd, then hash..length, then version even, so that a reader either sees the
 * same even version before and after, or reads again. A slot whose version is 0 ends a probe.
 */
export const CREDENTIAL_INDEX = {
  magic: 0x47484349,
  headerBytes: 4096,
  magicAt: 0,
  /** u32, a power of two; load stays below one half. */
  capacityAt: 4,
  /** u32 */
  countAt: 8,
  /** f64: sequence of the credential log up to which the file is complete. Written after the slots of a page. */
  cursorAt: 16,
  slotBytes: 64,
  slot: {
    /** 32 bytes */
    hashAt: 0,
    /** f64 epoch seconds, 0 = never. */
    expiresAtAt: 32,
    /** f64: byte offset into `credentials.<generation>.values`. */
    valueAt: 40,
    /** u32: subscriptions in the value. */
    subscriptionsAt: 48,
    /** u32: 1 active, 2 revoked. */
    stateAt: 52,
    /** u32, last so that it is never newer than the body. */
    versionAt: 60,
  },
} as const;

export const CREDENTIAL_ACTIVE = 1;
export const CREDENTIAL_REVOKED = 2;

/** A value in `credentials.<generation>.values`: f64 credential, f64 application, then (f64 subscription, f64 plan) pairs. Immutable. */
export const CREDENTIAL_VALUE = {
  credentialAt: 0,
  applicationAt: 8,
  subscriptionsAt: 16,
  subscriptionBytes: 16,
} as const;

/**
 * `meter.<worker>.<start>.bin`: one writer (a worker), one reader (the agent), no locks. Counters only grow. A cell's identity is
 * written before `count` includes it. When a file is full the worker opens the next one; a file is finished when its process has
 * ended or `sealed` is 1.
 */
export const METER = {
  magic: 0x47484d54,
  headerBytes: 4096,
  magicAt: 0,
  /** u32 */
  pidAt: 4,
  /** u32: cells in use. */
  countAt: 8,
  /** u32 */
  capacityAt: 12,
  /** u32: 1 when the worker has moved on to another file. */
  sealedAt: 16,
  cellBytes: 1488,
  cell: {
    /** f64 each; 0 = none. */
    operationAt: 0,
    applicationAt: 8,
    subscriptionAt: 16,
    planAt: 24,
    /** f64: index into OUTCOMES. */
    outcomeAt: 32,
    requestsAt: 40,
    bytesInAt: 48,
    bytesOutAt: 56,
    /** Reserved: 16 bytes. */
    latencyAt: 80,
    /** u32[HISTOGRAM_BUCKETS] each, wrapping at 2^32. */
    upstreamLatencyAt: 784,
  },
} as const;

/** Files of a node's state directory, shared by agent and workers. */
export const STATE_FILES = {
  control: "node.control",
  /** What the workers run: written by the agent with rename, see ActiveState. */
  active: "active.json",
  chunks: "chunks",
  limits: "limits.shm",
  meters: "meters",
} as const;

/** `active.json` */
export interface ActiveState {
  readonly release: number;
  readonly environment: string;
  readonly chunks: readonly { readonly kind: string; readonly sha256: string }[];
  /** Upstream host name → addresses, as the agent resolved them. A name that does not resolve is absent. */
  readonly addresses: Readonly<Record<string, readonly string[]>>;
}

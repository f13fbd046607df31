/**
 * Files that nginx workers map into memory and the agent reads or writes with plain file calls (coherent through the page cache).
 * Little-endian, 8-byte aligned. The C declarations the workers use stand in
 * runtime/shared-memory/ and runtime/upstreams/target-states.ts; contract.lua.test.ts holds them equal to this.
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
  /** Raised after `certificates.json` was replaced; 0 means there never was one. */
  certificateGenerationAt: 12,
  /** Raised after `key-sets.json` was replaced; 0 means there never was one. */
  keySetGenerationAt: 16,
  /** Raised by workers that were shown a token of a key that they do not know. Two at once may raise it by one: it says that, not how often. */
  keySetWishesAt: 20,
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
    /** u32: CREDENTIAL_ACTIVE, _REVOKED or _SIGNING. */
    stateAt: 52,
    /** u32: quotas of subscriptions' own in the value. */
    quotasAt: 56,
    /** u32, last so that it is never newer than the body. */
    versionAt: 60,
  },
} as const;

export const CREDENTIAL_ACTIVE = 1;
export const CREDENTIAL_REVOKED = 2;
/** Active, and no key to present but a secret to sign with. */
export const CREDENTIAL_SIGNING = 3;

/**
 * A value in `credentials.<generation>.values`: f64 credential, f64 application, then (f64 subscription, f64 plan) pairs, then (f64 subscription,
 * f64 limit, f64 quota) triples of own quotas, then the secret of a signing credential. Immutable. Only the node's own user may read the file.
 */
export const CREDENTIAL_VALUE = {
  credentialAt: 0,
  applicationAt: 8,
  subscriptionsAt: 16,
  subscriptionBytes: 16,
  /** Behind the subscriptions. */
  quotaBytes: 24,
  /** One block of SHA-256, with zeros behind the secret: HMAC fills a key up in just this way (RFC 2104 §2). */
  signingKeyBytes: 64,
} as const;

/**
 * `limits.shm` has, besides the counters of callers, one for each limit in mode shadow: the calls it would have refused. Callers are
 * above 0, and whatever tells them apart within a limit is below 2^52.
 */
export const SHADOW_COUNTER = { subject: 0, detail: 4_503_599_627_370_496 } as const;

/**
 * `meter.<worker>.<start>-<n>.bin`: one writer (a worker), one reader (the agent), no locks. Counters only grow. A cell's identity is
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

/**
 * `meter.<worker>.<start>.flights`: one per worker process, beside its meter files `meter.<worker>.<start>-<n>.bin`. A flight serves one
 * request after the other; `opened` numbers them, and a stage that holds that number has been reached. A worker that ends by itself has
 * counted them all. Of a killed one, a request that was opened and not `counted` is counted by the agent:
 * - `counting`: it was counted if `requests` of the cell has moved on from `before`, else it ended with `outcome`;
 * - `answered`: its answer was being handed to the kernel; it ended with `outcome`;
 * - else it was interrupted. Whose it was is known from `decided` on.
 */
export const FLIGHTS = {
  magic: 0x47484654,
  headerBytes: 4096,
  magicAt: 0,
  /** u32 */
  pidAt: 4,
  /** u32: flights that belong to one request at a time. */
  capacityAt: 8,
  flightBytes: 80,
  flight: {
    /** u32 each. */
    openedAt: 0,
    decidedAt: 4,
    answeredAt: 8,
    countingAt: 12,
    countedAt: 16,
    /** Index of the cell in meter file `file`. */
    cellAt: 20,
    /** f64 each. */
    beforeAt: 24,
    fileAt: 32,
    operationAt: 40,
    applicationAt: 48,
    subscriptionAt: 56,
    planAt: 64,
    outcomeAt: 72,
  },
} as const;

/**
 * `requests/requests.<worker>.<start>.ring`: records of calls on their way to the request log. One writer (a worker), one reader (the
 * agent), no locks. `written` and `read` count bytes since the file was made; what they count lies at the count modulo the capacity,
 * behind the header. A record is a u32 length and as many bytes of JSON (RingRecord in request-log.ts), padded to 8 bytes; the length
 * `skip` says that the rest up to the end is not used. A record stands there before `written` includes it. What finds no room is not
 * written, and counted in `dropped`.
 */
export const REQUEST_RING = {
  magic: 0x47485252,
  headerBytes: 4096,
  magicAt: 0,
  /** u32 each. */
  pidAt: 4,
  capacityAt: 8,
  /** f64 each. */
  writtenAt: 16,
  droppedAt: 24,
  /** f64, by the agent: what lies before may be written over. */
  readAt: 64,
  skip: 0xffff_ffff,
  /** A longer record is dropped. */
  recordMaxBytes: 8192,
} as const;

/**
 * `targets.shm`: what a node knows of each address of each target that is watched, of each canary, and of each mirror. Workers change a slot while they
 * hold its stripe's robust mutex; the agent changes only the words that say so. Cleared when nginx starts, not when it reloads.
 * Milliseconds are those of the monotonic clock, which all processes of a machine share.
 */
export const TARGETS = {
  magic: 0x47485447,
  version: 1,
  headerBytes: 4096,
  magicAt: 0,
  versionAt: 4,
  /** u32: slots in use, from the first. */
  countAt: 8,
  /** u32: raised by workers when a target is taken out or comes back, so that the others look. */
  workersVersionAt: 12,
  /** u32: the same, raised by the agent. */
  agentVersionAt: 16,
  /** u32 each: process ids that own the columns of `ofWorker`. */
  pidsAt: 64,
  columns: 32,
  capacity: 16_384,
  stripes: 64,
  stripeBytes: 64,
  slotBytes: 256,
  slot: {
    /** f64: key of the target, of the canary, or of the mirror. */
    keyAt: 0,
    /** f64 */
    upstreamAt: 8,
    /** u32: CRC-32 of the address as text; 0 of a canary or a mirror. */
    addressAt: 16,
    /** u32, by the agent: 1 when no release names it any more, so that another may have the slot. */
    retiredAt: 20,
    /** u32, by the agent: see TARGET_UP and the others. */
    downAt: 24,
    /** u32: see GATE_CLOSED and the others; of a canary: 1 when it is halted. */
    gateAt: 28,
    /** f64, by the agent: when checks found the target back. */
    upAtMsAt: 32,
    /** f64 each. */
    closedAtMsAt: 40,
    openUntilMsAt: 48,
    /** Until then a probe is under way; afterwards it is taken for lost. */
    probeUntilMsAt: 56,
    /** Epoch seconds. */
    openedAtAt: 64,
    windowStartMsAt: 72,
    /** u32 each. */
    requestsAt: 80,
    failuresAt: 84,
    consecutiveAt: 88,
    /** Times that the circuit opened since it was closed for long: the exponent of the backoff. */
    openingsAt: 92,
    /** Why it opened: an index into TARGET_REASONS. */
    reasonAt: 96,
    inFlightAt: 100,
    /** Of a canary: requests slower than its threshold. */
    slowAt: 104,
    /** Times that the circuit has opened. */
    tripsAt: 108,
    /** u32 per column: requests in flight of each worker process. */
    ofWorkerAt: 120,
  },
  /** The slot of a mirror: the same up to `upAtMs`, then these. */
  mirror: {
    /** f64 each: calls by what became of their copy, in the order of MIRROR_RESULTS. */
    resultsAt: 40,
  },
} as const;

/** Values of `down`. */
export const TARGET_UP = 0;
export const TARGET_DOWN = 1;
/** Back, and still in its slow start. */
export const TARGET_RETURNING = 2;

/** Values of `gate`. */
export const GATE_CLOSED = 0;
export const GATE_OPEN = 1;
export const GATE_RETURNING = 2;

/** Why a target failed, or a canary was halted. The order is the layout: append, never reorder. */
export const TARGET_REASONS = [
  "none",
  "unreachable",
  "timeout",
  "invalid_response",
  "status",
  "broken_off",
  "errors",
  "latency",
] as const;

/**
 * What became of the copy of a call that was in a mirror's share: answered, with whatever status; not delivered or not answered in time; not
 * made, because the call cannot be copied; not made, because too many were under way. The order is the layout: append, never reorder.
 */
export const MIRROR_RESULTS = ["mirrored", "failed", "skipped", "dropped"] as const;

/**
 * `cache-epochs.shm`: what makes a node forget answers that it keeps. Counters that only grow: the sum of those of a path, an operation, an
 * API version and the whole node is part of what an answer is kept under, so raising one of them makes all of its answers unfindable. A
 * counter belongs to all that fall on it: what shares one is forgotten with it. Those of workers are changed under a lock.
 */
export const CACHE_EPOCHS = {
  magic: 0x47484345,
  magicAt: 0,
  /** u32: seconds at which the file was made, so that what a lost one had counted does not come again; then raised by the agent. */
  nodeAt: 4,
  /** f64, by the agent: sequence of the last purge that it has counted. */
  cursorAt: 8,
  headerBytes: 4096,
  /** u32 each, by the agent: at the id of an API version or operation modulo their number. */
  scopes: 4096,
  /** u32 each, by the agent and then by workers: at the CRC-32 of a path modulo their number. */
  paths: 65_536,
} as const;

/** Files of a node's state directory, shared by agent and workers. */
export const STATE_FILES = {
  control: "node.control",
  /** What the workers run: written by the agent with rename, see ActiveState. */
  active: "active.json",
  /** What the workers show in TLS handshakes: contract/certificates.ts. Only the node's own user may read it. */
  certificates: "certificates.json",
  /** Keys that tokens are verified with, by the address that serves them: contract/key-sets.ts. */
  keySets: "key-sets.json",
  /** Key and certificate for names that have none. */
  fallbackCertificate: "fallback.pem",
  /** Authorities of HTTPS upstreams. A copy: a worker that replaces another reads it again, whatever became of the file it was set by. */
  upstreamAuthorities: "upstream-authorities.pem",
  chunks: "chunks",
  cacheEpochs: "cache-epochs.shm",
  limits: "limits.shm",
  targets: "targets.shm",
  callLogs: "limits-log.shm",
  inFlight: "limits-in-flight.shm",
  meters: "meters",
  requests: "requests",
} as const;

/** `active.json` */
export interface ActiveState {
  readonly release: number;
  readonly environment: string;
  readonly chunks: readonly { readonly kind: string; readonly sha256: string }[];
  /**
   * Question of a target (questionOf) → addresses, as the agent resolved them; of SRV records "address:port" in the order of their turns. What does
   * not resolve is absent.
   */
  readonly addresses: Readonly<Record<string, readonly string[]>>;
}

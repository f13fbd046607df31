/**
 * Where requests go, as plain types for the worker; upstream-schema.ts checks them. What an upstream does not use is absent: its requests
 * pay nothing for it.
 */
export interface Target {
  readonly scheme: "http" | "https";
  /** Name or address; IPv6 without brackets. */
  readonly host: string;
  /** With `service`: the scheme's own, and not used. */
  readonly port: number;
  /** Name of SRV records that say where to connect; `host` is then what is asked for there, and verified. */
  readonly service?: string | undefined;
  /** Prefix of the upstream path, without trailing slash. */
  readonly path: string;
  readonly weight: number;
  /**
   * Names what a node knows of the target (contract/shared-memory.ts): the same in every release while the upstream, the scheme, the host,
   * the port and the path stay. Absent where the upstream keeps no state of its targets.
   */
  readonly key?: number | undefined;
}

export interface Upstream {
  readonly id: number;
  readonly targets: readonly Target[];
  /** Indexes into `targets`: one cycle of smooth weighted round robin. */
  readonly sequence: readonly number[];
  readonly connectTimeoutMs: number;
  readonly sendTimeoutMs: number;
  readonly readTimeoutMs: number;
  readonly circuitBreaker?: CircuitBreaker | undefined;
  readonly healthCheck?: HealthCheck | undefined;
  readonly balancing?: Balancing | undefined;
  /** A target that is back gets its share over this time. */
  readonly slowStartMs?: number | undefined;
  readonly retries?: Retries | undefined;
  /** SNI and verified name of TLS targets, in place of each target's host. */
  readonly tlsName?: string | undefined;
  /** Name of the environment's certificate that is presented to TLS targets. */
  readonly clientCertificate?: string | undefined;
  readonly split?: Split | undefined;
  readonly mirror?: Mirror | undefined;
}

/** Takes a target out for a while when it fails, then asks it with one request at a time. */
export interface CircuitBreaker {
  /** Failures in a row that open the circuit; 0 = never. */
  readonly consecutiveFailures: number;
  /** Share of failures within the window that opens it, 0 to 1; 0 = never. */
  readonly errorShare: number;
  /** Requests that the window must hold before the share counts. */
  readonly minimumRequests: number;
  readonly windowMs: number;
  /** How long it stays open at first; doubled with each failed probe, up to `longestOpenMs`. */
  readonly openMs: number;
  readonly longestOpenMs: number;
  /** Statuses of the upstream that are failures, besides no connection, no answer in time and no HTTP. */
  readonly statuses: readonly number[];
}

/** The agent asks every address of every target, whether requests come or not. */
export interface HealthCheck {
  readonly kind: "http" | "tcp";
  /** Request target of the check, below nothing: the target's own path is not put before it. */
  readonly path: string;
  readonly statuses: readonly number[];
  readonly intervalMs: number;
  readonly timeoutMs: number;
  /** Checks in a row that must fail, or succeed, before the target changes sides. */
  readonly unhealthyAfter: number;
  readonly healthyAfter: number;
}

export type Balancing =
  | { readonly kind: "least-connections" }
  | {
      readonly kind: "hash";
      readonly by: RequestTrait;
      /** Maglev: hash modulo its length → index into `targets`. A target that goes takes only its own entries along. */
      readonly table: readonly number[];
    };

/** Something of a request that a decision can stick to. */
export type RequestTrait =
  | { readonly from: "address" | "subscription" }
  | {
      /** Of a claim: of the token that jwt-validation has verified. */
      readonly from: "header" | "cookie" | "query" | "claim";
      /** Of a header: in lower case. */
      readonly name: string;
    };

/** Requests that another target gets when the first fails before it answers. */
export interface Retries {
  /** Further tries of one request, at most; 0 = none, not even the one that several targets have by default. */
  readonly attempts: number;
  /** Retries may be this share of an upstream's requests, 0 to 1, counted by each worker. */
  readonly budgetShare: number;
  /** Longest pause of a try that may be followed by another; 0 = the upstream's own timeout. */
  readonly tryTimeoutMs: number;
}

/** Named pools beside the upstream's own targets, and who goes there. */
export interface Split {
  readonly pools: readonly Pool[];
  /** The first that fits decides, before any share. */
  readonly rules: readonly SplitRule[];
  readonly canary?: Canary | undefined;
}

export interface Pool {
  readonly name: string;
  readonly sequence: readonly number[];
  /** In place of the upstream's, when it balances by hash. */
  readonly table?: readonly number[] | undefined;
}

export interface SplitRule {
  readonly from: "header" | "query";
  /** Of a header: in lower case. */
  readonly name: string;
  readonly value: string;
  readonly pool: string;
}

/** A share of the requests that goes to another pool. */
export interface Canary {
  /** Names the counters of this very canary on a node: another pool, share or threshold starts anew. */
  readonly key: number;
  readonly pool: string;
  /** 0 to 1. Before `startsAt` the first holds, after `endsAt` the second, in between what lies between. */
  readonly fromShare: number;
  readonly toShare: number;
  /** Epoch seconds. */
  readonly startsAt: number;
  readonly endsAt: number;
  /** Who is in stays in; absent: each request anew. */
  readonly stickyBy?: RequestTrait | undefined;
  readonly halt?: CanaryHalt | undefined;
}

/** When a node stops sending requests to the canary's pool, until a release changes the canary. */
export interface CanaryHalt {
  /** 0 to 1; 0 = never. */
  readonly errorShare: number;
  /** More than a twentieth of the window's requests slower than this: the 95th percentile is above it. 0 = never. */
  readonly p95Ms: number;
  readonly minimumRequests: number;
  readonly windowMs: number;
}

/** A share of the requests is copied to another pool once they are answered. */
export interface Mirror {
  /** Names what a node has counted of the copies: the same as long as the upstream has a mirror. */
  readonly key: number;
  readonly pool: string;
  /** Indexes into the upstream's targets. */
  readonly sequence: readonly number[];
  /** 0 to 1. */
  readonly share: number;
  /** Whose requests are copied; absent: each request anew. */
  readonly stickyBy?: RequestTrait | undefined;
  /** safe: GET, HEAD and OPTIONS. */
  readonly methods: "safe" | "all";
  readonly maxBodyBytes: number;
  readonly timeoutMs: number;
  /** Copies under way at once, per worker. */
  readonly maxConcurrent: number;
}

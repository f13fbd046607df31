import type { Limit } from "../contract/bundle-types";
import type { Decision } from "../contract/decision";

/** What a policy may read of a request, and the few fields that one policy leaves for the next. Lua dialect: plain data only. */
export interface PolicyRequest {
  readonly method: string;
  /** Id of the API version and operation the router found; 0 while the environment's chain runs, before routing. */
  apiVersion: number;
  operation: number;
  /** Left by key-auth. */
  credential: Credential | undefined;
  /** Left by subscription; 0 = none. */
  subscription: number;
  plan: RuntimePlan | undefined;
  /** Left by rate-limit: the RateLimit field's value, "" = none. */
  rateLimit: string;
  /** Left by cors: the origin that may read the response, "" = none. */
  corsOrigin: string;
  corsExpose: string;
}

/** A credential as the node knows it. Shared by all requests that present the same key: never changed by a policy. */
export interface Credential {
  readonly id: number;
  readonly application: number;
  /** CREDENTIAL_ACTIVE or CREDENTIAL_REVOKED. */
  readonly state: number;
  /** Epoch seconds, 0 = never. */
  readonly expiresAt: number;
  readonly subscriptions: readonly { readonly id: number; readonly plan: number }[];
}

/** A plan as the worker holds it. */
export interface RuntimePlan {
  readonly id: number;
  readonly limits: readonly Limit[];
  /** Value of the RateLimit-Policy field, "" without limits. */
  readonly rateLimitPolicy: string;
}

/** A subscription that covers the API version of the request. */
export interface Grant {
  readonly subscription: number;
  readonly plan: RuntimePlan;
}

/** One window of one limit for one subject, in memory shared by all workers. Changed only between lock and unlock. */
export interface Counter {
  windowSeconds: number;
  /** Start of the current window, epoch seconds. */
  start: number;
  /** Charged in the current window and in the one before. */
  current: number;
  previous: number;
}

/**
 * All that a policy can reach outside its arguments. There is no way to end a request here: a policy answers, the chain acts.
 * Functions are `this: void` so that they compile to plain calls.
 */
export interface PolicyHost {
  /** An nginx variable ("http_x_api_key"); undefined when unset. */
  readonly variable: (this: void, name: string) => string | undefined;
  /** Epoch seconds with fraction, read at the moment of the call. */
  readonly nowSeconds: (this: void) => number;
  /** Unsigned CRC-32 (IEEE). */
  readonly crc32: (this: void, text: string) => number;
  readonly findCredential: (this: void, key: string) => Credential | undefined;
  /** The subscription by which a credential may call an API version; the newest when there are several. */
  readonly findGrant: (this: void, credential: Credential, apiVersion: number) => Grant | undefined;
  /** The client's address as two unsigned 32-bit numbers: (0, IPv4), or the /64 prefix of an IPv6 address. */
  readonly addressHigh: (this: void) => number;
  readonly addressLow: (this: void) => number;
  /** Stripe (lock) of a counter. Lock stripes in ascending order, each once. */
  readonly stripeOf: (this: void, limit: number, subject: number, detail: number) => number;
  readonly lock: (this: void, stripe: number) => void;
  readonly unlock: (this: void, stripe: number) => void;
  /** The counter, made when it is missing; undefined when no room is left. Its stripe must be locked. */
  readonly counter: (this: void, limit: number, subject: number, detail: number) => Counter | undefined;
}

export type PolicyRun<Plan> = (
  this: void,
  plan: Plan,
  request: PolicyRequest,
  host: PolicyHost,
) => Decision | undefined;

import type { Limit, ZoneTable } from "../contract/bundle-types";
import type { Decision } from "../contract/decision";
import type { VerificationKey } from "../contract/key-set-types";
import type { CallLog, Counter, InFlight } from "./rate-limit/counter";
import type { Rule } from "./rate-limit/rule";
import type { Settlement } from "./rate-limit/settle";

export type { CallLog, Counter, InFlight } from "./rate-limit/counter";

/**
 * What a policy may read of a request, and the few fields that one policy leaves for the next or for the phase. Lua dialect: plain data
 * only.
 */
export interface PolicyRequest {
  readonly method: string;
  /** Changed by host.useRequestId only. */
  readonly id: string;
  /** The normalised path that was matched, base path and all; "" while the environment's chain runs. */
  path: string;
  /** With its question mark, as it was sent, or ""; what is left here goes to the upstream. */
  query: string;
  /** Bytes of `path` that are the base path, which the upstream is not asked for. */
  basePathLength: number;
  /** What a policy has made of the path for the upstream, "" while none has: see upstreamPathOf. */
  upstreamPath: string;
  /** Host field for the upstream instead of the target's own name; "" = the target's own. */
  upstreamHost: string;
  /** Id of the API version and operation the router found; 0 while the environment's chain runs, before routing. */
  apiVersion: number;
  operation: number;
  /** Left by jwt-validation: the token's claims that are one text, number or truth, as texts, by name. */
  claims: Claims | undefined;
  /** Left by key-auth. */
  credential: Credential | undefined;
  /** Left by subscription; 0 = none. */
  subscription: number;
  plan: RuntimePlan | undefined;
  /** Left by rate-limit for the end of the request: what is charged or given back only then. */
  settlement: Settlement | undefined;
  /** Left by rate-limit for the request log: the limits that said no; where `isShadowed`, those that would have. */
  violatedLimits: readonly ViolatedLimit[] | undefined;
  /** Left by the chain: the policy whose decision ended the request, "" = none. */
  decidedBy: string;
  /** Left by rate-limit: whether it let a request through that a limit in mode shadow would have refused. */
  isShadowed: boolean;
  /** Left by rate-limit: the RateLimit field's value, "" = none. */
  rateLimit: string;
  /** Left by cors: the origin that may read the response, "" = none, and the plan that lets it. */
  corsOrigin: string;
  corsPlan: unknown;
  /** Left by timeout; undefined leaves the upstream's own. */
  timeouts: RequestTimeouts | undefined;
  /** Left by websocket and grpc: nginx.conf's location for calls that are no plain HTTP; "" = none. Goes before every other location. */
  transport: "" | "@websocket" | "@grpc";
  /** Left by compression: the response may be compressed for this client. */
  isCompressed: boolean;
  /** Left by response-cache: nginx.conf's location with the time to live, "" = not cached, and what the answer is kept under. */
  cacheLocation: string;
  cacheKey: string;
  /** Whether the answer is fetched and kept anew, whatever there is. */
  isCacheRefresh: boolean;
  /** Whether what the upstream answers is not kept. */
  isNotStored: boolean;
  /** Whether no upstream may be asked. */
  isOnlyIfCached: boolean;
  /** Left by response-cache's response step: no upstream was asked. */
  isFromCache: boolean;
  /** Left by request-validation where it only reports; "" = nothing to say. */
  validationReport: string;
  /** Set by a policy whose response step is needed for this request. */
  isShaped: boolean;
}

export type Claims = Readonly<Record<string, string>>;

/** A limit that refused a request, with what it had counted at that moment. */
export interface ViolatedLimit {
  readonly limit: Limit;
  readonly used: number;
  readonly retryAfterSeconds: number;
}

/** Waits for the upstream, in place of those that the upstream has; a part that is missing stays the upstream's. */
export interface RequestTimeouts {
  readonly connectTimeoutMs?: number;
  readonly sendTimeoutMs?: number;
  readonly readTimeoutMs?: number;
}

/** The response's head, before it goes to the client: the upstream's, or our own answer. Names of fields in any case. */
export interface PolicyResponse {
  readonly status: (this: void) => number;
  /** Of a field that came several times, the values with commas between. */
  readonly field: (this: void, name: string) => string | undefined;
  readonly setField: (this: void, name: string, value: string) => void;
  readonly removeField: (this: void, name: string) => void;
}

/** A credential as the node knows it. Shared by all requests that present the same key: never changed by a policy. */
export interface Credential {
  readonly id: number;
  readonly application: number;
  /** CREDENTIAL_ACTIVE, CREDENTIAL_REVOKED or CREDENTIAL_SIGNING. */
  readonly state: number;
  /** What it signs with. Such a credential is found by the name of its signer, and is no key that can be presented. */
  readonly signingKey?: string | undefined;
  /** Epoch seconds, 0 = never. */
  readonly expiresAt: number;
  readonly subscriptions: readonly CredentialSubscription[];
}

export interface CredentialSubscription {
  readonly id: number;
  readonly plan: number;
  /** Quotas of its own, instead of those of the plan's limits. */
  readonly quotas?: readonly OwnQuota[] | undefined;
}

export interface OwnQuota {
  readonly limit: number;
  readonly quota: number;
}

/** A plan as the worker holds it, made by runtime/release/link-plan.ts. */
export interface RuntimePlan {
  readonly id: number;
  /** A single limit that is nothing but a window of calls: what most plans have, and the shortest way. */
  readonly only: Limit | undefined;
  /** All limits, where there are others. */
  readonly rules: readonly Rule[];
  /** The plan as it stands for operations whose cost or quota differs; undefined when none does. */
  readonly byOperation: Readonly<Record<number, RuntimePlan>> | undefined;
  /** Value of the RateLimit-Policy field, "" without limits. */
  readonly rateLimitPolicy: string;
  /** The same as the end of a response's head, up to where the RateLimit field's value begins (nginx.conf). */
  readonly rateLimitFields: string;
  /** What all this is made from. */
  readonly limits: readonly Limit[];
  readonly zones: ZoneTables | undefined;
  /** Policies attached to the plan; undefined when there are none. */
  readonly chain: PolicyChain | undefined;
}

/** Policies put together. */
export interface PolicyChain {
  /** Runs the access steps in order and returns the first decision. */
  readonly decide: (this: void, request: PolicyRequest, host: PolicyHost) => Decision | undefined;
  readonly respond: (this: void, request: PolicyRequest, response: PolicyResponse, host: PolicyHost) => void;
  /** Whether a policy wants every response, whatever the access steps say. */
  readonly shapesAlways: boolean;
}

export type ZoneTables = Readonly<Record<string, ZoneTable>>;

/** A subscription that covers the API version of the request. */
export interface Grant {
  readonly subscription: number;
  readonly plan: RuntimePlan;
}

/**
 * All that a policy can reach outside its arguments. There is no way to end a request here: a policy answers, the chain acts.
 * Functions are `this: void` so that they compile to plain calls.
 */
export interface PolicyHost {
  /** An nginx variable ("http_x_api_key"); undefined when unset. */
  readonly variable: (this: void, name: string) => string | undefined;
  /**
   * Whether the field behind an nginx variable ("http_x_team") was sent more than once: the variable then holds the first, and the upstream may go by
   * the last. Looks at every field of the request, so it is for policies whose word the upstream relies on.
   */
  readonly isRepeated: (this: void, name: string) => boolean;
  /** The same of any of several. */
  readonly isAnyRepeated: (this: void, names: readonly string[]) => boolean;
  /** Sets a header field of the request for the upstream; undefined removes it. */
  readonly setRequestField: (this: void, name: string, value: string | undefined) => void;
  /** Adds one beside those of the same name. */
  readonly addRequestField: (this: void, name: string, value: string) => void;
  /** Gives all fields of one name another, in place of those that have it. */
  readonly renameRequestField: (this: void, name: string, newName: string) => void;
  /**
   * Ends one LuaJIT trace here and begins another, at the cost of some hundred instructions: for what is too long to be compiled in one piece
   * with the phase around it ("too many spill slots").
   */
  readonly cutTrace: (this: void) => void;
  /** Decodes the escapes of unreserved characters (RFC 3986 §6.2.2.2), so that one name is written in one way. */
  readonly decodeUnreserved: (this: void, text: string) => string;
  /** The body, taken in as by readBodyBytes; "" when there is none. */
  readonly readBody: (this: void) => string;
  /**
   * Runs a function of the file in a frame of its own, where loops do no harm to the phase around it: LuaJIT compiles them by themselves. Nothing in
   * it may wait.
   */
  readonly runApart: (this: void, task: (this: void) => void) => void;
  readonly json: JsonReader;
  /** Unicode characters of a UTF-8 text. */
  readonly countCharacters: (this: void, text: string) => number;
  /** Regular expression of PCRE, compiled once per worker. */
  readonly matchesPattern: (this: void, text: string, pattern: string) => boolean;
  readonly unescapeUri: (this: void, text: string) => string;
  /** Gives the request another id, for the upstream, the client and the log. */
  readonly useRequestId: (this: void, request: PolicyRequest, id: string) => void;
  /** 32 hex digits that nobody else has. */
  readonly randomHex: (this: void) => string;
  /** Whether a text is hex digits in lower case, at least one. */
  readonly isLowerHex: (this: void, text: string) => boolean;
  /** Whether a text is letters, digits and -._~:/+=@ only, at least one. */
  readonly isPlain: (this: void, text: string) => boolean;
  /** Epoch seconds of an HTTP date, undefined for what is none. */
  readonly parseHttpTime: (this: void, text: string) => number | undefined;
  /** Escapes all but unreserved characters. */
  readonly escapeUri: (this: void, text: string) => string;
  /** Undefined for what is not base64. */
  readonly decodeBase64: (this: void, text: string) => string | undefined;
  /** Takes in the whole body, which may wait for the client, and says how long it is; what was read still goes to the upstream. */
  readonly readBodyBytes: (this: void) => number;
  /** Epoch seconds with fraction, read at the moment of the call. */
  readonly nowSeconds: (this: void) => number;
  /** Milliseconds with fraction since some point in the past; never steps back. */
  readonly monotonicMs: (this: void) => number;
  /** Unsigned CRC-32 (IEEE). */
  readonly crc32: (this: void, text: string) => number;
  /** Characters (bytes, in the worker) from one index to another or to the end, both within the text. */
  readonly cut: (this: void, text: string, from: number, end?: number) => string;
  /** Whether a signature is the HMAC-SHA-256 (RFC 2104) of the text, found out in a time that says nothing of where they differ. */
  readonly isSigned: (this: void, key: string, text: string, signature: string) => boolean;
  /** Undefined for what is not base64url in its one canonical form, without padding (RFC 7515 §2). */
  readonly decodeBase64Url: (this: void, text: string) => string | undefined;
  /** Whether a signature is the text's by a public key: the digital signatures of RFC 7518 and RFC 8037. */
  readonly isSignedBy: (
    this: void,
    key: VerificationKey,
    algorithm: string,
    text: string,
    signature: string,
  ) => boolean;
  /** The keys that are served at an address, as the agent has fetched them; undefined while there are none. The same object until they change. */
  readonly findKeys: (this: void, uri: string) => readonly VerificationKey[] | undefined;
  /** Tells the agent that a key was asked for which is not there: the issuer may have a new one. */
  readonly wishForKeys: (this: void) => void;
  /** Whether a digest is the SHA-256 of the text. */
  readonly isSha256: (this: void, text: string, digest: string) => boolean;
  readonly findCredential: (this: void, key: string) => Credential | undefined;
  /** The subscription by which a credential may call an API version; the newest when there are several. */
  readonly findGrant: (
    this: void,
    request: PolicyRequest,
    credential: Credential,
    apiVersion: number,
  ) => Grant | undefined;
  /** The client's address as two unsigned 32-bit numbers: (0, IPv4), or the /64 prefix of an IPv6 address. */
  readonly addressHigh: (this: void) => number;
  readonly addressLow: (this: void) => number;
  /** Stripe (lock) of a counter. Lock stripes in ascending order, each once. */
  readonly stripeOf: (this: void, limit: number, subject: number, detail: number) => number;
  readonly lock: (this: void, stripe: number) => void;
  readonly unlock: (this: void, stripe: number) => void;
  /** The counter, made when it is missing; undefined when no room is left. Its stripe must be locked. */
  readonly counter: (this: void, limit: number, subject: number, detail: number) => Counter | undefined;
  /** The same for the moments of a sliding log. */
  readonly callLog: (this: void, limit: number, subject: number, detail: number) => CallLog | undefined;
  /** The same for calls in flight; undefined also when this worker cannot say which ones are its own. */
  readonly inFlight: (this: void, limit: number, subject: number, detail: number) => InFlight | undefined;
  /** Counts `InFlight.current` anew, without the calls of workers that have died. */
  readonly recount: (this: void, inFlight: InFlight) => void;
  /** Adds 1 or -1 to the calls in flight that are this worker's. */
  readonly addInFlight: (this: void, inFlight: InFlight, change: number) => void;
  /** A whole number below 2^52 that no other text is likely to have. */
  readonly digest: (this: void, text: string) => number;
  /** Another number after everything that makes the node forget what it keeps of a path, an operation, an API version, or at all. */
  readonly cacheEpoch: (this: void, apiVersion: number, operation: number, path: string) => number;
  /** For how long the answer from the cache has been there; undefined when nginx does not tell. */
  readonly secondsInCache: (this: void, request: PolicyRequest) => number | undefined;
  /**
   * In the response step: an answer that is that old already is kept for as much less, or not at all.
   * @param lifetimeSeconds of an answer that says nothing on it itself
   */
  readonly countAge: (this: void, request: PolicyRequest, ageSeconds: number, lifetimeSeconds: number) => void;
  /** Lets others go on for so long. No lock may be held. Does not return when the caller has gone meanwhile: the request ends there. */
  readonly sleep: (this: void, seconds: number) => void;
}

/** JSON values, which are tables of the worker's, or objects of Node's. */
export interface JsonReader {
  /** Undefined for what is no JSON, names a member of an object twice, or nests too deep. */
  readonly parse: (this: void, text: string) => unknown;
  /** "null", "boolean", "number", "string", "array" or "object". An array is asked for it before it is looked into. */
  readonly kindOf: (this: void, value: unknown) => string;
  /** Undefined when the object has none of that name. */
  readonly member: (this: void, value: unknown, name: string) => unknown;
  /** In no order. */
  readonly names: (this: void, value: unknown) => readonly string[];
  /** The same for equal values and for no others: what policies/config/canonical-text.ts makes on Node. */
  readonly textOf: (this: void, value: unknown) => string;
}

/** The access step, once per request. */
export type PolicyRun<Plan> = (
  this: void,
  plan: Plan,
  request: PolicyRequest,
  host: PolicyHost,
) => Decision | undefined;

/**
 * The response step: changes the response's head, of the upstream's answer and of our own alike. Runs when the policy has no access step, or
 * when its access step has set `isShaped`.
 */
export type PolicyRespond<Plan> = (
  this: void,
  plan: Plan,
  request: PolicyRequest,
  response: PolicyResponse,
  host: PolicyHost,
) => void;

/** What a policy does in a worker; at least one of `run` and `respond`. */
export interface PolicySteps {
  /** Makes of the plan what the other steps get in its place; once when a worker takes a release up, so it may loop and allocate. */
  readonly prepare?: ((this: void, plan: never) => unknown) | undefined;
  readonly run?: PolicyRun<never> | undefined;
  /** Whether the response step is due whatever happens before the access step; without it, only a policy without an access step's is. */
  readonly shapesAlways?: ((this: void, plan: never) => boolean) | undefined;
  readonly respond?: PolicyRespond<never> | undefined;
}

import type { Decision, Refusal } from "../contract/decision";
import type { PolicyRequest } from "../policies/types";
import { newFlight, openFlight, type Flight } from "./shared-memory/flights";
import type { RuntimeBundle, RuntimeOperation, RuntimeTarget, RuntimeUpstream } from "./release/bundle";
import type { RuntimeCanary } from "./upstreams/canary";
import type { RuntimeMirror } from "./upstreams/mirror";

/** What the phases of one request hand to each other. */
export interface Context extends PolicyRequest {
  id: string;
  /** Tells the agent, should this process be killed, what had become of the request. */
  readonly flight: Flight;
  method: string;
  /** Milliseconds on the monotonic clock. */
  startedAt: number;
  /** When the request was handed to the upstream; 0 while it was not. */
  forwardedAt: number;
  /** The one release this request is answered by, whatever is published meanwhile. */
  bundle: RuntimeBundle | undefined;
  /** Index into OUTCOMES that the gateway itself decided; -1 leaves it to the upstream's status. */
  outcome: number;
  /** What the client was told, when the gateway answered in the place of an upstream. */
  refusal: Refusal | undefined;
  /** What the location @declined answers with. */
  decision: Decision | undefined;
  /** What the router found. */
  route: RuntimeOperation | undefined;
  upstream: RuntimeUpstream | undefined;
  target: RuntimeTarget | undefined;
  tries: number;
  /** Further tries that nginx was told it may make. */
  grantedTries: number;
  /** Of them, those after a target that took no connection. */
  freeTries: number;
  /** Targets that have failed this request; undefined while none has. */
  failedTargets: RuntimeTarget[] | undefined;
  /** Whether it was let through an open circuit. Cleared by whoever settles it. */
  isProbe: boolean;
  /** The canary whose share sent it to another pool. Cleared by whoever settles it. */
  canary: RuntimeCanary | undefined;
  /** Where a copy goes when the call has been answered. Cleared by whoever sends it. */
  mirror: RuntimeMirror | undefined;
  /** Whether the call is of the mirror's share, and cannot be copied. */
  isCopySkipped: boolean;
  /** When the upstream switched to another protocol, on the monotonic clock; 0 = it did not. */
  switchedAt: number;
  /** HTTP status that the upstream's gRPC status stands for; 0 where the response's own counts. */
  answerStatus: number;
  /** Whether it may change what is kept under its path: then success makes the node forget that. */
  isUnsafe: boolean;
  /** Whether the end of the response body has gone by. */
  isComplete: boolean;
  /** Whether the upstream and what it is asked for stand in nginx's variables, instead of in the request. */
  isToldByVariables: boolean;
  /** What the upstream is asked for when it is not what the client sent. Kept until the request is logged: nginx reads its bytes. */
  upstreamTarget: string;
}

/**
 * Contexts of the requests in flight, by request pointer. A table of our own: ngx.ctx is lost on the internal redirects that error pages
 * and CORS use, and costs more per access than this whole table.
 */
const contexts = new LuaTable<number, Context>();

/** Contexts to use again: a fresh one per request is most of what the garbage collector would have to do. */
const spare: Context[] = [];

export function openContext(
  key: number,
  id: string,
  startedAt: number,
  method: string,
  bundle: RuntimeBundle | undefined,
): Context {
  const context = spare.pop() ?? newContext();
  context.id = id;
  context.startedAt = startedAt;
  context.method = method;
  context.bundle = bundle;
  openFlight(context.flight);
  contexts.set(key, context);
  return context;
}

export function findContext(key: number): Context | undefined {
  return contexts.get(key);
}

/** The last phase gives the context back; a forgotten one would be found by the next request with the same pointer. */
export function closeContext(key: number, context: Context): void {
  contexts.delete(key);
  context.forwardedAt = 0;
  context.bundle = undefined;
  context.apiVersion = 0;
  context.operation = 0;
  context.claims = undefined;
  context.credential = undefined;
  context.subscription = 0;
  context.plan = undefined;
  context.rateLimit = "";
  context.violatedLimits = undefined;
  context.isShadowed = false;
  context.decidedBy = "";
  context.refusal = undefined;
  context.decision = undefined;
  context.corsOrigin = "";
  context.corsPlan = undefined;
  context.timeouts = undefined;
  context.transport = "";
  context.isCompressed = false;
  context.cacheLocation = "";
  context.cacheKey = "";
  context.isCacheRefresh = false;
  context.isNotStored = false;
  context.isOnlyIfCached = false;
  context.isUnsafe = false;
  context.isFromCache = false;
  context.validationReport = "";
  context.isShaped = false;
  context.path = "";
  context.query = "";
  context.upstreamPath = "";
  context.upstreamHost = "";
  context.route = undefined;
  context.outcome = -1;
  context.upstream = undefined;
  context.target = undefined;
  context.tries = 0;
  context.grantedTries = 0;
  context.freeTries = 0;
  context.failedTargets = undefined;
  context.switchedAt = 0;
  context.answerStatus = 0;
  context.isComplete = false;
  context.isToldByVariables = false;
  context.upstreamTarget = "";
  spare.push(context);
}

function newContext(): Context {
  return {
    id: "",
    flight: newFlight(),
    startedAt: 0,
    forwardedAt: 0,
    method: "",
    bundle: undefined,
    apiVersion: 0,
    operation: 0,
    claims: undefined,
    credential: undefined,
    subscription: 0,
    plan: undefined,
    rateLimit: "",
    settlement: undefined,
    violatedLimits: undefined,
    decidedBy: "",
    isShadowed: false,
    corsOrigin: "",
    corsPlan: undefined,
    timeouts: undefined,
    transport: "",
    isCompressed: false,
    cacheLocation: "",
    cacheKey: "",
    isCacheRefresh: false,
    isNotStored: false,
    isOnlyIfCached: false,
    isUnsafe: false,
    isFromCache: false,
    validationReport: "",
    isShaped: false,
    path: "",
    query: "",
    basePathLength: 0,
    upstreamPath: "",
    upstreamHost: "",
    route: undefined,
    outcome: -1,
    refusal: undefined,
    decision: undefined,
    upstream: undefined,
    target: undefined,
    tries: 0,
    grantedTries: 0,
    freeTries: 0,
    failedTargets: undefined,
    isProbe: false,
    canary: undefined,
    mirror: undefined,
    isCopySkipped: false,
    switchedAt: 0,
    answerStatus: 0,
    isComplete: false,
    isToldByVariables: false,
    upstreamTarget: "",
  };
}

import type { PolicyRequest } from "../policies/types";
import type { RuntimeBundle, RuntimeTarget, RuntimeUpstream } from "./bundle";

/** What the phases of one request hand to each other. */
export interface Context extends PolicyRequest {
  id: string;
  method: string;
  /** Milliseconds on the monotonic clock. */
  startedAt: number;
  /** When the request was handed to the upstream; 0 while it was not. */
  forwardedAt: number;
  /** The one release this request is answered by, whatever is published meanwhile. */
  bundle: RuntimeBundle | undefined;
  /** Index into OUTCOMES that the gateway itself decided; -1 leaves it to the upstream's status. */
  outcome: number;
  upstream: RuntimeUpstream | undefined;
  target: RuntimeTarget | undefined;
  tries: number;
  /** Whether the end of the response body has gone by. */
  isComplete: boolean;
  /** Kept until the request is logged: nginx reads its bytes. */
  upstreamUrl: string;
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
  context.credential = undefined;
  context.subscription = 0;
  context.plan = undefined;
  context.rateLimit = "";
  context.corsOrigin = "";
  context.corsExpose = "";
  context.outcome = -1;
  context.upstream = undefined;
  context.target = undefined;
  context.tries = 0;
  context.isComplete = false;
  context.upstreamUrl = "";
  spare.push(context);
}

function newContext(): Context {
  return {
    id: "",
    startedAt: 0,
    forwardedAt: 0,
    method: "",
    bundle: undefined,
    apiVersion: 0,
    operation: 0,
    credential: undefined,
    subscription: 0,
    plan: undefined,
    rateLimit: "",
    corsOrigin: "",
    corsExpose: "",
    outcome: -1,
    upstream: undefined,
    target: undefined,
    tries: 0,
    isComplete: false,
    upstreamUrl: "",
  };
}

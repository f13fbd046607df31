import type { Credential, PolicyRequest, RuntimePlan } from "../policies/types";
import type { RuntimeBundle, RuntimeTarget, RuntimeUpstream } from "./bundle";

/** What the phases of one request hand to each other. */
export interface Context extends PolicyRequest {
  readonly id: string;
  /** Milliseconds on the monotonic clock. */
  readonly startedAt: number;
  /** When the request was handed to the upstream; 0 while it was not. */
  forwardedAt: number;
  /** The one release this request is answered by, whatever is published meanwhile. */
  readonly bundle: RuntimeBundle | undefined;
  /** Index into OUTCOMES that the gateway itself decided; -1 leaves it to the upstream's status. */
  outcome: number;
  upstream: RuntimeUpstream | undefined;
  target: RuntimeTarget | undefined;
  tries: number;
}

/**
 * Contexts of the requests in flight, by request pointer. A table of our own: ngx.ctx is lost on the internal redirects that error pages
 * and CORS use, and costs more per access than this whole table.
 */
const contexts = new LuaTable<number, Context>();

export function openContext(
  key: number,
  id: string,
  startedAt: number,
  method: string,
  bundle: RuntimeBundle | undefined,
): Context {
  const context: Context = {
    id,
    startedAt,
    forwardedAt: 0,
    method,
    bundle,
    apiVersion: 0,
    operation: 0,
    credential: undefined as Credential | undefined,
    subscription: 0,
    plan: undefined as RuntimePlan | undefined,
    rateLimit: "",
    corsOrigin: "",
    corsExpose: "",
    outcome: -1,
    upstream: undefined,
    target: undefined,
    tries: 0,
  };
  contexts.set(key, context);
  return context;
}

export function findContext(key: number): Context | undefined {
  return contexts.get(key);
}

/** The last phase gives the context back; a forgotten one would be found by the next request with the same pointer. */
export function closeContext(key: number): void {
  contexts.delete(key);
}

import type { Limit, ZoneTable } from "../contract/bundle-types";
import type { VerificationKey } from "../contract/key-set-types";
import type { Decision } from "../contract/decision";
import type { PlanScope } from "./manifest";
import type { Claims, Credential } from "./types";

/**
 * Cases of a policy as data, so that the same ones run on Node (cases.test.ts) and, compiled, on LuaJIT (cases.lua.test.ts). A case's name
 * is the guarantee it holds.
 */
export interface PolicyCase {
  readonly name: string;
  /** As an owner would write it; the policy's plan step makes the plan. */
  readonly config?: Readonly<Record<string, unknown>>;
  /** What the plan is made for; an API version at "/shop/v1" when absent. */
  readonly planScope?: PlanScope;
  readonly scene?: Partial<Scene>;
  readonly steps: readonly CaseStep[];
}

/** One request, or several alike, and what must come of each. */
export interface CaseStep {
  /** What has changed since the step before. */
  readonly scene?: Partial<Scene>;
  readonly request?: CaseRequest;
  /** How often the request is made; 1 when absent. */
  readonly times?: number;
  readonly expect: Expectation;
}

/** What earlier policies and the router have left for the policy under test. */
export interface CaseRequest {
  readonly method?: string;
  readonly apiVersion?: number;
  readonly operation?: number;
  readonly path?: string;
  readonly query?: string;
  readonly claims?: Claims;
  readonly credential?: Credential;
  readonly subscription?: number;
  /** Limits of the caller's plan; no plan when absent. */
  readonly limits?: readonly Limit[];
  readonly zones?: Readonly<Record<string, ZoneTable>>;
  /** How the request ends, at once; `never` leaves it in flight. "success" when absent. */
  readonly end?: "success" | "failure" | "never";
  /** Its bytes, in and out. */
  readonly bytes?: number;
}

/** Only what is named is compared, but for the decision, which is compared whole. */
export interface Expectation extends Partial<Omit<StepResult, "decision" | "faults">> {
  readonly decision: Decision | "pass";
}

/** What a step came to: the decision, and what the request carries afterwards. */
export interface StepResult {
  readonly decision: Decision | "pass";
  /** Id of the credential, 0 = none. */
  readonly credential: number;
  readonly subscription: number;
  /** Id of the plan, 0 = none. */
  readonly plan: number;
  /** Id of the request. */
  readonly id: string;
  readonly rateLimit: string;
  readonly rateLimitPolicy: string;
  /** How often a key was asked for that is not there. */
  readonly keyWishes: number;
  /** "name=value" in alphabetical order, "; " between. */
  readonly claims: string;
  readonly isShadowed: boolean;
  /** How long it was made to wait. */
  readonly delayMs: number;
  readonly corsOrigin: string;
  readonly query: string;
  readonly upstreamPath: string;
  readonly upstreamHost: string;
  /**
   * Header fields set for the upstream, "Name: value" in order; "Name:" for one that was removed, "+Name: value" for one
   * that was added beside others, "Name -> Other" for a new name; "; " between.
   */
  readonly requestFields: string;
  /** "connect/send/read" in milliseconds, "-" for what the upstream decides; "" when timeout left nothing. */
  readonly timeouts: string;
  readonly transport: string;
  readonly isCompressed: boolean;
  readonly cacheLocation: string;
  readonly cacheKey: string;
  /** "refresh", "no-store", "only-if-cached", in this order. */
  readonly cacheWishes: string;
  /** Header fields of the response after the response step, in lower case and sorted, in the same form. */
  readonly responseFields: string;
  /** What the policy did that the host forbids, such as touching a counter without its lock; "" when nothing. */
  readonly faults: string;
}

/** The node and the world around it, as the fake host answers for them. */
export interface Scene {
  readonly nowSeconds: number;
  /** nginx variables by name. */
  /** Variables of fields that were sent more than once. */
  readonly repeated?: readonly string[];
  readonly variables: Readonly<Record<string, string>>;
  /** The request's. */
  readonly body: string;
  /** The upstream's answer, for the response step. */
  readonly response: { readonly status: number; readonly fields: Readonly<Record<string, string>> };
  readonly credentials: readonly {
    readonly key: string;
    readonly credential: Credential;
    /** In base64. */
    readonly signingKey?: string;
  }[];
  readonly grants: readonly {
    readonly credential: number;
    readonly apiVersion: number;
    readonly subscription: number;
    readonly plan: number;
  }[];
  /** Keys by the address that serves them. */
  readonly keySets?: Readonly<Record<string, readonly VerificationKey[]>>;
  readonly addressHigh: number;
  readonly addressLow: number;
  /** How often the node was made to forget. */
  readonly cacheEpoch?: number;
  /** Undefined where nginx does not tell. */
  readonly secondsInCache?: number;
  /** Counters the node has room for. */
  readonly counterRoom: number;
}

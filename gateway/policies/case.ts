import type { Limit } from "../contract/bundle-types";
import type { Decision } from "../contract/decision";
import type { Credential } from "./types";

/**
 * Cases of a policy as data, so that the same ones run on Node (cases.test.ts) and, compiled, on LuaJIT (cases.lua.test.ts). A case's name
 * is the guarantee it holds.
 */
export interface PolicyCase {
  readonly name: string;
  /** As an owner would write it; the policy's plan step makes the plan. */
  readonly config?: Readonly<Record<string, unknown>>;
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
  readonly credential?: Credential;
  readonly subscription?: number;
  /** Limits of the caller's plan; no plan when absent. */
  readonly limits?: readonly Limit[];
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
  readonly rateLimit: string;
  readonly corsOrigin: string;
  readonly corsExpose: string;
  /** What the policy did that the host forbids, such as touching a counter without its lock; "" when nothing. */
  readonly faults: string;
}

/** The node and the world around it, as the fake host answers for them. */
export interface Scene {
  readonly nowSeconds: number;
  /** nginx variables by name. */
  readonly variables: Readonly<Record<string, string>>;
  readonly credentials: readonly { readonly key: string; readonly credential: Credential }[];
  readonly grants: readonly {
    readonly credential: number;
    readonly apiVersion: number;
    readonly subscription: number;
    readonly plan: number;
  }[];
  readonly addressHigh: number;
  readonly addressLow: number;
  /** Counters the node has room for. */
  readonly counterRoom: number;
}

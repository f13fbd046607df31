import type { z } from "zod";
import type { GatewayErrorCode } from "../contract/errors";
import type { SchemaTable } from "./config/schema-table";
import type { OperationDocument } from "./document";

export const policyScopes = ["environment", "plan", "api-version", "operation"] as const;

/**
 * Where a policy is attached. The environment's run for every request before it is routed; those of an API version and of an operation for
 * its operations, and of two with the same name the operation's; those of a plan for requests under it, once the subscription is known.
 */
export type PolicyScope = (typeof policyScopes)[number];

/** What a policy's plan step may know of the place it is made for. */
export interface PlanScope {
  /** Of the API version; "" elsewhere. */
  readonly basePath: string;
  /** Undefined where the chain is not an operation's, and for policies that do not read it. */
  readonly operation: OperationScope | undefined;
  /** Where schemas go that the API version's operations share; a plan that has none takes all its schemas with it. */
  readonly schemas?: SchemaTable;
  /** For a policy with a challenge; undefined elsewhere. */
  readonly authentication?: AuthenticationScope;
}

export interface OperationScope {
  readonly key: string;
  readonly method: string;
  readonly path: string;
  /** For policies that read it; undefined also when there is no document that has the operation. */
  readonly document?: OperationDocument | undefined;
}

/** What an authenticator may know of the others in its chain: they are alternatives, and only the last misses a credential. */
export interface AuthenticationScope {
  readonly isLast: boolean;
  /** WWW-Authenticate of a 401, naming all of them. */
  readonly challenge: string;
}

/** What the compiler, the console and the documentation know of a policy without running it. */
export interface PolicyManifest<Config extends z.ZodType = z.ZodType> {
  readonly name: string;
  readonly title: string;
  readonly summary: string;
  /** What may attach it; nothing for the policies that every chain has by itself. */
  readonly scopes: readonly PolicyScope[];
  /** Whether the plan depends on the operation; then it is made for each. */
  readonly readsOperation?: boolean;
  /** Whether the plan may depend on the OpenAPI document, and so on its revision. */
  readonly readsDocument?: boolean;
  /** A chain with it also needs one of these. */
  readonly requires: readonly string[];
  /** Marks an authenticator, which leaves a credential: what a 401 names it by in WWW-Authenticate. */
  readonly challenge?: string;
  /** Policies that cannot be in a chain with it. */
  readonly excludes?: readonly string[];
  /** Policies that must not run before this one, when both are in a chain. */
  readonly before: readonly string[];
  /** Policies that must have run before this one, when both are in a chain. */
  readonly after: readonly string[];
  readonly config: Config;
  readonly errorCodes: readonly GatewayErrorCode[];
}

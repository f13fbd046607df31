import type { Limit, ZoneTable } from "./limit-types";

export type * from "./limit-types";

/**
 * The shapes of a bundle as plain types, for the worker, whose compiler knows no zod. bundle.ts has the schemas that check them; the
 * compiler refuses a schema that drifts from its type.
 */
import type { Upstream } from "./upstream-types";

export type * from "./upstream-types";

import type { RouteCondition, VersionField } from "./routing-types";

export type * from "./routing-types";

export type ChunkKind = "settings" | "plans" | "upstreams" | "api-version";

/** One step of an operation's chain: a policy and its frozen plan, as made by the policy's `plan.ts`. */
export interface ChainStep {
  readonly policy: string;
  readonly plan: Readonly<Record<string, unknown>>;
}

/**
 * A node of the routing tree of one API version, below its base path. The compiler makes it free of backtracking: a literal child
 * already holds whatever its parameter sibling would have matched.
 */
export interface RouteNode {
  readonly literals?: Readonly<Record<string, RouteNode>>;
  readonly parameter?: RouteNode;
  /** Segments that mix text and parameters ("{id}.json"), most specific first. */
  readonly patterns?: readonly RoutePattern[];
  /** Method → index into `operations`. */
  readonly methods?: Readonly<Record<string, number>>;
}

export interface RoutePattern {
  /** The fixed texts around and between the parameters: "{a}...{b}.zip" is ["", "...", ".zip"]. Each parameter takes at least one byte. */
  readonly texts: readonly string[];
  readonly node: RouteNode;
}

export interface ApiVersionChunk {
  readonly kind: "api-version";
  readonly id: number;
  readonly api: string;
  readonly version: string;
  /** Without trailing slash; "" serves the root. */
  readonly basePath: string;
  /** In lower case, "*.example.com" for all below; absent: every host. */
  readonly hosts?: readonly string[] | undefined;
  /** All of which a request must fit; absent: none. At most one for each field. */
  readonly conditions?: readonly RouteCondition[] | undefined;
  /** Of API versions with conditions, the one with the higher rank is tried first (compiler/conditions.ts). */
  readonly rank?: number | undefined;
  /** What tells the versions of its API apart, when it is not their paths: one of the conditions is on it. */
  readonly versionField?: VersionField | undefined;
  /** Whether the upstream gets the path with the base path. */
  readonly keepsBasePath?: true | undefined;
  readonly upstream: number;
  readonly operations: readonly { readonly id: number; readonly key: string; readonly chain: number }[];
  readonly chains: readonly (readonly ChainStep[])[];
  /** What steps with `sharesSchemas` in their plan check by: policies/shared/schema-node.ts. */
  readonly schemas?: readonly Readonly<Record<string, unknown>>[] | undefined;
  readonly routes: RouteNode;
}

export interface Plan {
  readonly id: number;
  readonly product: string;
  readonly plan: string;
  readonly limits: readonly Limit[];
  /** Ids of the API versions that the plan's product offers. */
  readonly grants: readonly number[];
  /** Policies attached to the plan. */
  readonly chain?: readonly ChainStep[] | undefined;
}

export interface PlansChunk {
  readonly kind: "plans";
  /** Time zones of the calendar quotas, by name. */
  readonly zones?: Readonly<Record<string, ZoneTable>>;
  readonly plans: readonly Plan[];
}

export interface UpstreamsChunk {
  readonly kind: "upstreams";
  readonly upstreams: readonly Upstream[];
}

export interface SettingsChunk {
  readonly kind: "settings";
  readonly environment: string;
  /** Origin of the portal without trailing slash: refusals link to it. */
  readonly portalUrl: string;
  /** Steps that run for every request of the environment before an operation is chosen (CORS preflights, for one). */
  readonly chain: readonly ChainStep[];
  /** Absent: REQUEST_LOG_DEFAULTS (request-log-defaults.ts). */
  readonly requestLog?: RequestLogSettings | undefined;
}

/** What is written down of calls that were neither refused nor failed, and of whom. */
export interface RequestLogSettings {
  /** One call in so many; 0 = none. */
  readonly sampleEvery: number;
  /** Of the client's address: all of it, its network (/24, of IPv6 /48), or nothing. */
  readonly clientAddress: ClientAddressDetail;
}

export type ClientAddressDetail = "full" | "network" | "none";

export type Chunk = ApiVersionChunk | PlansChunk | UpstreamsChunk | SettingsChunk;

/**
 * The shapes of a bundle as plain types, for the worker, whose compiler knows no zod. bundle.ts has the schemas that check them; the
 * compiler refuses a schema that drifts from its type.
 */
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
  readonly upstream: number;
  readonly operations: readonly { readonly id: number; readonly key: string; readonly chain: number }[];
  readonly chains: readonly (readonly ChainStep[])[];
  readonly routes: RouteNode;
}

export type LimitAlgorithm = "fixed-window" | "sliding-window";

/** Whom a limit counts; every scope but `application` counts each subscription apart. */
export type LimitScope = "subscription" | "application" | "operation" | "address";

export interface Limit {
  /** Stable across releases: the counter belongs to it, so a changed quota keeps what was already used. */
  readonly id: number;
  /** Callers see it in RateLimit fields, inside quotes. */
  readonly name: string;
  readonly algorithm: LimitAlgorithm;
  readonly quota: number;
  readonly windowSeconds: number;
  readonly scope: LimitScope;
}

export interface Plan {
  readonly id: number;
  readonly product: string;
  readonly plan: string;
  readonly limits: readonly Limit[];
  /** Ids of the API versions that the plan's product offers. */
  readonly grants: readonly number[];
}

export interface PlansChunk {
  readonly kind: "plans";
  readonly plans: readonly Plan[];
}

export interface Target {
  readonly scheme: "http" | "https";
  /** Name or address; IPv6 without brackets. */
  readonly host: string;
  readonly port: number;
  /** Prefix of the upstream path, without trailing slash. */
  readonly path: string;
  readonly weight: number;
}

export interface Upstream {
  readonly id: number;
  readonly targets: readonly Target[];
  /** Indexes into `targets`: one cycle of smooth weighted round robin. */
  readonly sequence: readonly number[];
  readonly connectTimeoutMs: number;
  readonly sendTimeoutMs: number;
  readonly readTimeoutMs: number;
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
}

export type Chunk = ApiVersionChunk | PlansChunk | UpstreamsChunk | SettingsChunk;

import type { LimitAlgorithm, LimitScope } from "../contract/bundle";

/**
 * Everything the compiler needs of one environment at one moment: plain data, no Prisma types. `lib/releases` takes it in one
 * transaction; golden tests write it by hand.
 */
export interface Snapshot {
  readonly environment: string;
  /** Origin of the portal without trailing slash; its try-it console may call the gateway from the browser. */
  readonly portalUrl: string;
  readonly apiVersions: readonly ApiVersionSnapshot[];
  readonly plans: readonly PlanSnapshot[];
}

export interface ApiVersionSnapshot {
  readonly id: number;
  /** Slug of the API. */
  readonly api: string;
  readonly version: string;
  /** "/orders/v1", or "" for the root. */
  readonly basePath: string;
  readonly operations: readonly OperationSnapshot[];
  readonly upstream: UpstreamSnapshot;
}

export interface OperationSnapshot {
  readonly id: number;
  /** operationId, else "GET /pets/{id}": stable across revisions. */
  readonly key: string;
  /** Upper case. */
  readonly method: string;
  /** Template as written in the document: "/pets/{id}". */
  readonly path: string;
}

export interface UpstreamSnapshot {
  readonly id: number;
  readonly targets: readonly { readonly url: string; readonly weight: number }[];
  readonly connectTimeoutMs?: number;
  readonly sendTimeoutMs?: number;
  readonly readTimeoutMs?: number;
}

export interface PlanSnapshot {
  readonly id: number;
  /** Slugs. */
  readonly product: string;
  readonly plan: string;
  readonly limits: readonly LimitSnapshot[];
  readonly apiVersionIds: readonly number[];
}

export interface LimitSnapshot {
  readonly id: number;
  readonly name: string;
  readonly algorithm: LimitAlgorithm;
  readonly quota: number;
  readonly windowSeconds: number;
  readonly scope: LimitScope;
}

/** One thing that keeps an environment from being published, with the place where it can be mended. */
export interface CompileProblem {
  readonly code: string;
  readonly message: string;
  /** For example "apis/orders/versions/v1/operations/GET %2Forders%2F{id}" or "products/shop/plans/gold/limits/burst". */
  readonly place: string;
}

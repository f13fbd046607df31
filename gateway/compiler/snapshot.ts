import type { CalendarPeriod, LimitAlgorithm, LimitCounts, LimitScope, RequestLogSettings } from "../contract/bundle";
import type { RoutingSettings, Versioning } from "./routing-settings";
import type { UpstreamSettings } from "./upstream-settings";

/**
 * Everything the compiler needs of one environment at one moment: plain data, no Prisma types. `lib/releases` takes it in one
 * transaction; golden tests write it by hand.
 */
export interface Snapshot {
  readonly environment: string;
  /** Origin of the portal without trailing slash; its try-it console may call the gateway from the browser. "" = there is none. */
  readonly portalUrl: string;
  /** Attached to the environment. */
  readonly policies?: readonly AttachedPolicy[];
  /** Absent: REQUEST_LOG_DEFAULTS of the contract. */
  readonly requestLog?: RequestLogSettings;
  readonly apiVersions: readonly ApiVersionSnapshot[];
  readonly plans: readonly PlanSnapshot[];
}

export interface ApiVersionSnapshot {
  readonly id: number;
  /** Slug of the API. */
  readonly api: string;
  /** Slug of the team that owns the API: its base paths may lie inside each other. Without it, only those of the API may. */
  readonly team?: string;
  readonly version: string;
  /** "/orders/v1", or "" for the root. */
  readonly basePath: string;
  /** How the versions of the API are told apart; by their paths when absent. */
  readonly versioning?: Versioning;
  readonly routing?: RoutingSettings;
  readonly operations: readonly OperationSnapshot[];
  readonly policies?: readonly AttachedPolicy[];
  /**
   * The current OpenAPI document, 3.x and in one piece, as a value; needed where a policy that reads it is attached (policy-catalogue.ts:
   * readsDocument). Its operations are those of `operations`, by method and path.
   */
  readonly document?: unknown;
  readonly upstream: UpstreamSnapshot;
}

/** A policy as somebody attached it. */
export interface AttachedPolicy {
  readonly policy: string;
  /** As its manifest's schema takes it. */
  readonly config: Readonly<Record<string, unknown>>;
  /** False takes out what a wider scope or the default has put in. */
  readonly enabled?: boolean;
  /** Names of policies that must run after or before it, besides what its manifest says. */
  readonly before?: readonly string[];
  readonly after?: readonly string[];
}

export interface OperationSnapshot {
  readonly id: number;
  /** operationId, else "GET /pets/{id}": stable across revisions. */
  readonly key: string;
  /** Upper case. */
  readonly method: string;
  /** Template as written in the document: "/pets/{id}". */
  readonly path: string;
  readonly policies?: readonly AttachedPolicy[];
}

export interface UpstreamSnapshot {
  readonly id: number;
  readonly targets: readonly {
    readonly url: string;
    readonly weight: number;
    /** Absent: the main pool. */
    readonly pool?: string | undefined;
  }[];
  readonly connectTimeoutMs?: number;
  readonly sendTimeoutMs?: number;
  readonly readTimeoutMs?: number;
  readonly settings?: UpstreamSettings;
}

export interface PlanSnapshot {
  readonly id: number;
  /** Slugs. */
  readonly product: string;
  readonly plan: string;
  readonly limits: readonly LimitSnapshot[];
  readonly policies?: readonly AttachedPolicy[];
  readonly apiVersionIds: readonly number[];
}

/** A limit as its owner wrote it; what is absent has its default. */
export interface LimitSnapshot {
  readonly id: number;
  readonly name: string;
  readonly algorithm: LimitAlgorithm;
  readonly quota: number;
  /** Of no meaning for `concurrency` and `calendar`. */
  readonly windowSeconds: number;
  readonly scope: LimitScope;
  readonly burst?: number;
  readonly unit?: "requests" | "bytes";
  readonly mode?: "enforce" | "shadow";
  readonly counts?: LimitCounts;
  /** Name of a header field, with scope `header`. */
  readonly header?: string;
  /** Name of a claim, with scope `claim`. */
  readonly claim?: string;
  /** With algorithm `calendar`. */
  readonly period?: CalendarPeriod;
  /** IANA name; UTC when absent. */
  readonly timeZone?: string;
  /** What a call costs, by key of its operation; 1 where there is none. */
  readonly costs?: Readonly<Record<string, number>>;
  /** Operations with a quota of their own, by key. */
  readonly operationQuotas?: Readonly<Record<string, number>>;
}

/** One thing that keeps an environment from being published, with the place where it can be mended. */
export interface CompileProblem {
  readonly code: string;
  readonly message: string;
  /** For example "apis/orders/versions/v1/operations/GET %2Forders%2F{id}" or "products/shop/plans/gold/limits/burst". */
  readonly place: string;
}

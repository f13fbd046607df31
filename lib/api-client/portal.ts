import type { Page } from "@/lib/api-schemas/common";
import type { AuditEntry, CatalogueApi, Demo, Portal } from "@/lib/api-schemas/portal";
import type { LoggedRequest, RequestKind, RequestPage } from "@/lib/api-schemas/requests";
import type { Usage, UsageDimension, UsageInterval } from "@/lib/api-schemas/usage";
import { path, request, type RequestOptions } from "./request";

export const portal = {
  get: (options?: RequestOptions) => request<Portal>("GET", "/portal", options),
};

export interface ListCatalogue {
  search?: string | undefined;
  limit?: number | undefined;
  cursor?: string | undefined;
}

/** What consumers see; answers without a session too, with the public part. */
export const catalogue = {
  list: (query: ListCatalogue = {}, options?: RequestOptions) =>
    request<Page<CatalogueApi>>("GET", "/catalogue", { query: { ...query }, ...options }),
  get: (api: string, options?: RequestOptions) => request<CatalogueApi>("GET", path`/catalogue/${api}`, options),
};

export interface GetUsage {
  from?: string | undefined;
  to?: string | undefined;
  interval?: UsageInterval | undefined;
  groupBy?: readonly UsageDimension[] | undefined;
  environment?: string | undefined;
  gateway?: string | undefined;
  api?: string | undefined;
  version?: string | undefined;
  operation?: string | undefined;
  application?: string | undefined;
  product?: string | undefined;
  plan?: string | undefined;
  outcome?: string | undefined;
}

export const usage = {
  get: (query: GetUsage = {}, options?: RequestOptions) =>
    request<Usage>("GET", "/usage", { query: { ...query }, ...options }),
};

export interface ListRequests {
  from?: string | undefined;
  to?: string | undefined;
  kind?: RequestKind | undefined;
  outcome?: string | undefined;
  code?: string | undefined;
  environment?: string | undefined;
  api?: string | undefined;
  version?: string | undefined;
  operation?: string | undefined;
  application?: string | undefined;
  requestId?: string | undefined;
  limit?: number | undefined;
  cursor?: string | undefined;
}

/** Calls that were refused or failed, and a sample of the rest. */
export const requests = {
  list: (query: ListRequests = {}, options?: RequestOptions) =>
    request<RequestPage>("GET", "/requests", { query: { ...query }, ...options }),
  get: (requestId: string, options?: RequestOptions) =>
    request<LoggedRequest>("GET", path`/requests/${requestId}`, options),
};

export interface ListAudit {
  entityType?: string | undefined;
  entityId?: string | undefined;
  actor?: string | undefined;
  limit?: number | undefined;
  cursor?: string | undefined;
}

export const audit = {
  list: (query: ListAudit = {}, options?: RequestOptions) =>
    request<Page<AuditEntry>>("GET", "/audit", { query: { ...query }, ...options }),
};

export const demo = {
  get: (options?: RequestOptions) => request<Demo>("GET", "/demo", options),
  remove: () => request<undefined>("DELETE", "/demo"),
};

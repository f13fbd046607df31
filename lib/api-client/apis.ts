import type {
  Api,
  ApiVersion,
  CreateApi,
  CreateApiVersion,
  DocumentCheck,
  DocumentInput,
  Operation,
  Revision,
  RevisionResult,
  UpdateApi,
  UpdateApiVersion,
  Upstream,
} from "@/lib/api-schemas/apis";
import type { Page } from "@/lib/api-schemas/common";
import type { UpdateUpstream } from "@/lib/api-schemas/upstreams";
import { path, request, requestText, type RequestOptions } from "./request";

export interface ListApis {
  search?: string | undefined;
  /** Only those the caller may change. */
  editable?: boolean | undefined;
  team?: string | undefined;
  limit?: number | undefined;
  cursor?: string | undefined;
}

export const apis = {
  list: (query: ListApis = {}, options?: RequestOptions) =>
    request<Page<Api>>("GET", "/apis", { query: { ...query }, ...options }),
  get: (api: string, options?: RequestOptions) => request<Api>("GET", path`/apis/${api}`, options),
  create: (body: CreateApi) => request<Api>("POST", "/apis", { body }),
  update: (api: string, body: UpdateApi, etag?: string) => request<Api>("PATCH", path`/apis/${api}`, { body, etag }),
  remove: (api: string, etag?: string) => request<undefined>("DELETE", path`/apis/${api}`, { etag }),

  createVersion: (api: string, body: CreateApiVersion) =>
    request<ApiVersion>("POST", path`/apis/${api}/versions`, { body }),
  getVersion: (api: string, version: string, options?: RequestOptions) =>
    request<ApiVersion>("GET", path`/apis/${api}/versions/${version}`, options),
  updateVersion: (api: string, version: string, body: UpdateApiVersion, etag?: string) =>
    request<ApiVersion>("PATCH", path`/apis/${api}/versions/${version}`, { body, etag }),
  removeVersion: (api: string, version: string, etag?: string) =>
    request<undefined>("DELETE", path`/apis/${api}/versions/${version}`, { etag }),
  updateUpstream: (api: string, version: string, body: UpdateUpstream, etag?: string) =>
    request<Upstream>("PATCH", path`/apis/${api}/versions/${version}/upstream`, { body, etag }),
  listOperations: (api: string, version: string, options?: RequestOptions) =>
    request<{ items: Operation[] }>("GET", path`/apis/${api}/versions/${version}/operations`, options),

  /** The document as it was uploaded, byte for byte. */
  getDocument: (api: string, version: string, options?: RequestOptions) =>
    requestText(path`/apis/${api}/versions/${version}/document`, options),
  /** The document as the portal shows it: references inlined, 3.x, the gateway as its only server. */
  getReference: (api: string, version: string, options?: RequestOptions) =>
    request<Record<string, unknown>>("GET", path`/apis/${api}/versions/${version}/openapi.json`, options),

  listRevisions: (api: string, version: string, options?: RequestOptions) =>
    request<Page<Revision>>("GET", path`/apis/${api}/versions/${version}/revisions`, options),
  createRevision: (api: string, version: string, body: DocumentInput) =>
    request<RevisionResult>("POST", path`/apis/${api}/versions/${version}/revisions`, { body }),
  getRevisionDocument: (api: string, version: string, number: number, options?: RequestOptions) =>
    requestText(path`/apis/${api}/versions/${version}/revisions/${number}/document`, options),
  makeRevisionCurrent: (api: string, version: string, number: number) =>
    request<RevisionResult>("POST", path`/apis/${api}/versions/${version}/revisions/${number}/make-current`),

  /** Reads a document without storing anything: what it holds, or 422 with every problem. */
  checkDocument: (body: DocumentInput, options?: RequestOptions) =>
    request<DocumentCheck>("POST", "/documents/check", { body, ...options }),
};

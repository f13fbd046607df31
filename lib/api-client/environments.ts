import type { Page } from "@/lib/api-schemas/common";
import type {
  CreatedEnrolmentToken,
  CreateEnrolmentToken,
  CreateGateway,
  CreateRelease,
  EnrolmentToken,
  Environment,
  Gateway,
  Node,
  Release,
  ReleaseCheck,
  ReleaseSummary,
  UpdateEnvironment,
  UpdateGateway,
} from "@/lib/api-schemas/environments";
import { path, request, type RequestOptions } from "./request";

export interface ListPage {
  limit?: number | undefined;
  cursor?: string | undefined;
}

export const environments = {
  list: (options?: RequestOptions) => request<Page<Environment>>("GET", "/environments", options),
  get: (environment: string, options?: RequestOptions) =>
    request<Environment>("GET", path`/environments/${environment}`, options),
  /** In force with the next release. */
  update: (environment: string, body: UpdateEnvironment) =>
    request<Environment>("PATCH", path`/environments/${environment}`, { body }),
  listReleases: (environment: string, query: ListPage = {}, options?: RequestOptions) =>
    request<Page<ReleaseSummary>>("GET", path`/environments/${environment}/releases`, {
      query: { ...query },
      ...options,
    }),
  getRelease: (environment: string, number: number, options?: RequestOptions) =>
    request<Release>("GET", path`/environments/${environment}/releases/${number}`, options),
  /** What publishing now would change, and what keeps it from being published. */
  checkRelease: (environment: string, options?: RequestOptions) =>
    request<ReleaseCheck>("POST", path`/environments/${environment}/releases/check`, options),
  publish: (environment: string, body: CreateRelease = {}) =>
    request<Release>("POST", path`/environments/${environment}/releases`, { body }),
  /** A new release with the content of an older one. */
  restore: (environment: string, number: number, body: CreateRelease = {}) =>
    request<Release>("POST", path`/environments/${environment}/releases/${number}/restore`, { body }),
};

export const gateways = {
  list: (options?: RequestOptions) => request<Page<Gateway>>("GET", "/gateways", options),
  get: (gateway: string, options?: RequestOptions) => request<Gateway>("GET", path`/gateways/${gateway}`, options),
  create: (body: CreateGateway) => request<Gateway>("POST", "/gateways", { body }),
  update: (gateway: string, body: UpdateGateway, etag?: string) =>
    request<Gateway>("PATCH", path`/gateways/${gateway}`, { body, etag }),
  remove: (gateway: string, etag?: string) => request<undefined>("DELETE", path`/gateways/${gateway}`, { etag }),
  listNodes: (gateway: string, options?: RequestOptions) =>
    request<Page<Node>>("GET", path`/gateways/${gateway}/nodes`, options),
  /** Its token stops working at once. */
  removeNode: (gateway: string, node: string) => request<undefined>("DELETE", path`/gateways/${gateway}/nodes/${node}`),
  listEnrolmentTokens: (gateway: string, options?: RequestOptions) =>
    request<Page<EnrolmentToken>>("GET", path`/gateways/${gateway}/enrolment-tokens`, options),
  createEnrolmentToken: (gateway: string, body: CreateEnrolmentToken = {}) =>
    request<CreatedEnrolmentToken>("POST", path`/gateways/${gateway}/enrolment-tokens`, { body }),
  revokeEnrolmentToken: (gateway: string, id: string) =>
    request<undefined>("DELETE", path`/gateways/${gateway}/enrolment-tokens/${id}`),
};

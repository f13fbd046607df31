import type {
  Application,
  CreateApplication,
  CreatedKey,
  CreateKey,
  CreateSubscription,
  DecideSubscription,
  Key,
  Subscription,
  SubscriptionState,
  UpdateApplication,
} from "@/lib/api-schemas/applications";
import type { Page } from "@/lib/api-schemas/common";
import { path, request, type RequestOptions } from "./request";

export interface ListApplications {
  search?: string | undefined;
  /** Those of the caller's teams, though the caller may see more. */
  mine?: boolean | undefined;
  limit?: number | undefined;
  cursor?: string | undefined;
}

export interface ListSubscriptions {
  state?: SubscriptionState | undefined;
  application?: string | undefined;
  product?: string | undefined;
  plan?: string | undefined;
  /** consumer: of the caller's applications; owner: to the caller's products. */
  as?: "consumer" | "owner" | undefined;
  limit?: number | undefined;
  cursor?: string | undefined;
}

export const applications = {
  list: (query: ListApplications = {}, options?: RequestOptions) =>
    request<Page<Application>>("GET", "/applications", { query: { ...query }, ...options }),
  get: (id: string, options?: RequestOptions) => request<Application>("GET", path`/applications/${id}`, options),
  create: (body: CreateApplication) => request<Application>("POST", "/applications", { body }),
  update: (id: string, body: UpdateApplication, etag?: string) =>
    request<Application>("PATCH", path`/applications/${id}`, { body, etag }),
  /** Revokes its keys and closes its subscriptions. */
  remove: (id: string, etag?: string) => request<undefined>("DELETE", path`/applications/${id}`, { etag }),

  listKeys: (id: string, options?: RequestOptions) =>
    request<Page<Key>>("GET", path`/applications/${id}/keys`, options),
  createKey: (id: string, body: CreateKey = {}) =>
    request<CreatedKey>("POST", path`/applications/${id}/keys`, { body }),
  revokeKey: (id: string, key: string) => request<undefined>("DELETE", path`/applications/${id}/keys/${key}`),
};

export const subscriptions = {
  list: (query: ListSubscriptions = {}, options?: RequestOptions) =>
    request<Page<Subscription>>("GET", "/subscriptions", { query: { ...query }, ...options }),
  get: (id: string, options?: RequestOptions) => request<Subscription>("GET", path`/subscriptions/${id}`, options),
  create: (body: CreateSubscription) => request<Subscription>("POST", "/subscriptions", { body }),
  approve: (id: string, body: DecideSubscription = {}) => decide(id, "approve", body),
  reject: (id: string, body: DecideSubscription = {}) => decide(id, "reject", body),
  pause: (id: string, body: DecideSubscription = {}) => decide(id, "pause", body),
  resume: (id: string, body: DecideSubscription = {}) => decide(id, "resume", body),
  close: (id: string, body: DecideSubscription = {}) => decide(id, "close", body),
};

function decide(id: string, decision: string, body: DecideSubscription): Promise<Subscription> {
  return request<Subscription>("POST", path`/subscriptions/${id}/${decision}`, { body });
}

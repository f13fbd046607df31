import { queryOptions } from "@tanstack/react-query";
import {
  apis,
  applications,
  certificates,
  demo,
  environments,
  gateways,
  me,
  policies,
  portal,
  products,
  slaTiers,
  subscriptions,
  teams,
  users,
  type ListApis,
  type ListProducts,
  type ListSubscriptions,
} from "@/lib/api-client";

/** How often a page that shows something live asks again. */
export const LIVE_MS = 2_000;

/**
 * Forms begin anew when what they edit has changed. Coming back to the tab must not do that to somebody in the middle of a sentence: who
 * saves over a change made meanwhile is told so by the management API and keeps what was typed.
 */
const WHILE_EDITING = { refetchOnWindowFocus: false, refetchOnReconnect: false } as const;

/**
 * Everything the console reads that fits one answer, with the key it is remembered under. A change forgets by prefix: `["apis"]` is
 * every API, `["apis", "orders"]` one of them with all below it. Lists with pages are in use-paged-list.ts, usage in use-usage.ts.
 */
export const queries = {
  me: () => queryOptions({ queryKey: ["me"], queryFn: ({ signal }) => me.get({ signal }) }),
  portal: () => queryOptions({ queryKey: ["portal"], queryFn: ({ signal }) => portal.get({ signal }) }),
  demo: () => queryOptions({ queryKey: ["demo"], queryFn: ({ signal }) => demo.get({ signal }) }),

  apis: (query: ListApis = {}) =>
    queryOptions({ queryKey: ["apis", "list", query], queryFn: ({ signal }) => apis.list(query, { signal }) }),
  api: (api: string) =>
    queryOptions({ queryKey: ["apis", api], queryFn: ({ signal }) => apis.get(api, { signal }), ...WHILE_EDITING }),
  apiVersion: (api: string, version: string) =>
    queryOptions({
      queryKey: ["apis", api, version],
      queryFn: ({ signal }) => apis.getVersion(api, version, { signal }),
      ...WHILE_EDITING,
    }),
  revisions: (api: string, version: string) =>
    queryOptions({
      queryKey: ["apis", api, version, "revisions"],
      queryFn: ({ signal }) => apis.listRevisions(api, version, { signal }),
    }),
  document: (api: string, version: string, revision: number) =>
    queryOptions({
      queryKey: ["apis", api, version, "document", revision],
      queryFn: ({ signal }) => apis.getRevisionDocument(api, version, revision, { signal }),
      // A revision never changes.
      staleTime: Number.POSITIVE_INFINITY,
    }),

  products: (query: ListProducts = {}) =>
    queryOptions({ queryKey: ["products", "list", query], queryFn: ({ signal }) => products.list(query, { signal }) }),
  product: (product: string) =>
    queryOptions({
      queryKey: ["products", product],
      queryFn: ({ signal }) => products.get(product, { signal }),
      ...WHILE_EDITING,
    }),
  slaTiers: () => queryOptions({ queryKey: ["sla-tiers"], queryFn: ({ signal }) => slaTiers.list({ signal }) }),
  subscriptions: (query: ListSubscriptions) =>
    queryOptions({
      queryKey: ["subscriptions", "list", query],
      queryFn: ({ signal }) => subscriptions.list(query, { signal }),
    }),
  ownApplications: () =>
    queryOptions({
      queryKey: ["applications", "own"],
      queryFn: ({ signal }) => applications.list({ mine: true, limit: 200 }, { signal }),
    }),
  application: (id: string) =>
    queryOptions({ queryKey: ["applications", id], queryFn: ({ signal }) => applications.get(id, { signal }) }),
  keys: (application: string) =>
    queryOptions({
      queryKey: ["applications", application, "keys"],
      queryFn: ({ signal }) => applications.listKeys(application, { signal }),
    }),

  policies: () =>
    queryOptions({
      queryKey: ["policies"],
      queryFn: ({ signal }) => policies.list({ signal }),
      // Changes with the portal's version only.
      staleTime: Number.POSITIVE_INFINITY,
    }),
  versionPolicies: (api: string, version: string) =>
    queryOptions({
      queryKey: ["apis", api, version, "policies"],
      queryFn: ({ signal }) => policies.ofVersion(api, version, { signal }),
      ...WHILE_EDITING,
    }),
  effectiveChain: (api: string, version: string, query: { operation: string; plan?: string }) =>
    queryOptions({
      queryKey: ["apis", api, version, "chain", query],
      queryFn: ({ signal }) => policies.chain(api, version, query, { signal }),
    }),
  certificates: (environment: string) =>
    queryOptions({
      queryKey: ["environments", environment, "certificates"],
      queryFn: ({ signal }) => certificates.list(environment, { signal }),
    }),
  environmentPolicies: (environment: string) =>
    queryOptions({
      queryKey: ["environments", environment, "policies"],
      queryFn: ({ signal }) => policies.ofEnvironment(environment, { signal }),
      ...WHILE_EDITING,
    }),
  planPolicies: (product: string, plan: string) =>
    queryOptions({
      queryKey: ["products", product, "plans", plan, "policies"],
      queryFn: ({ signal }) => policies.ofPlan(product, plan, { signal }),
      ...WHILE_EDITING,
    }),

  environments: () =>
    queryOptions({ queryKey: ["environments"], queryFn: ({ signal }) => environments.list({ signal }) }),
  releases: (environment: string, limit: number) =>
    queryOptions({
      queryKey: ["releases", environment, "latest", limit],
      queryFn: ({ signal }) => environments.listReleases(environment, { limit }, { signal }),
    }),
  release: (environment: string, number: number) =>
    queryOptions({
      queryKey: ["releases", environment, number],
      queryFn: ({ signal }) => environments.getRelease(environment, number, { signal }),
    }),
  releaseCheck: (environment: string) =>
    queryOptions({
      queryKey: ["releases", environment, "check"],
      queryFn: ({ signal }) => environments.checkRelease(environment, { signal }),
      staleTime: 0,
    }),
  gateways: () => queryOptions({ queryKey: ["gateways"], queryFn: ({ signal }) => gateways.list({ signal }) }),
  gateway: (gateway: string) =>
    queryOptions({ queryKey: ["gateways", gateway], queryFn: ({ signal }) => gateways.get(gateway, { signal }) }),
  enrolmentTokens: (gateway: string) =>
    queryOptions({
      queryKey: ["gateways", gateway, "enrolment-tokens"],
      queryFn: ({ signal }) => gateways.listEnrolmentTokens(gateway, { signal }),
    }),
  users: () =>
    queryOptions({ queryKey: ["users", "all"], queryFn: ({ signal }) => users.list({ limit: 200 }, { signal }) }),
  teams: () => queryOptions({ queryKey: ["teams"], queryFn: ({ signal }) => teams.list({ signal }) }),
  team: (team: string) =>
    queryOptions({ queryKey: ["teams", team], queryFn: ({ signal }) => teams.get(team, { signal }) }),
};

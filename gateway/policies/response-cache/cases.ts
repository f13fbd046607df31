import type { PolicyCase } from "../case";

const credential = { id: 5, application: 3, state: 1, expiresAt: 0, subscriptions: [] };
const variables = { scheme: "https", http_host: "api.test" };
/** How a key ends that nothing else is part of. */
const ITEM = "https://api.test  /items/7";

export const cases: readonly PolicyCase[] = [
  {
    name: "keeps each application's responses apart by itself",
    scene: { variables },
    steps: [
      {
        request: { credential, query: "?page=2" },
        expect: { decision: "pass", cacheLocation: "@cached_60", cacheKey: `1.0 1 a3 ${ITEM}?page=2` },
      },
    ],
  },
  {
    name: "shares them among everybody, or within a subscription, and forgets with a new generation or epoch",
    config: { sharedBy: "everybody", generation: 2, ttlSeconds: 3600 },
    scene: { variables, cacheEpoch: 1_700_000_007 },
    steps: [
      {
        request: { credential },
        expect: { decision: "pass", cacheLocation: "@cached_3600", cacheKey: `2.1700000007 1 - ${ITEM}` },
      },
    ],
  },
  {
    name: "keeps subscriptions apart",
    config: { sharedBy: "subscription" },
    scene: { variables },
    steps: [{ request: { credential, subscription: 9 }, expect: { decision: "pass", cacheKey: `1.0 1 s9 ${ITEM}` } }],
  },
  {
    name: "keeps hosts and schemes apart: the upstream is told them, and may make links from them",
    steps: [
      {
        scene: { variables: { scheme: "http", http_host: "other.test" } },
        expect: { decision: "pass", cacheKey: "1.0 1 - http://other.test  /items/7" },
      },
    ],
  },
  {
    name: "keeps responses to different fields apart, and no value passes for two",
    config: { varyBy: ["Accept", "X-Tenant"] },
    steps: [
      {
        scene: { variables: { ...variables, http_accept: "a 1:b", http_x_tenant: "c" } },
        expect: { decision: "pass", cacheKey: `1.0 1 - ${ITEM} 5:a 1:b 1:c` },
      },
      { scene: { variables }, expect: { decision: "pass", cacheKey: `1.0 1 - ${ITEM} - -` } },
    ],
  },
  {
    name: "takes of the query what it is told to, and then neither its order nor the rest of it matters",
    config: { query: "named", queryNames: ["page", "sort"] },
    scene: { variables },
    steps: [
      {
        request: { query: "?sort=b&utm=1&p%61ge=2&sort=a" },
        expect: {
          decision: "pass",
          query: "?sort=b&utm=1&p%61ge=2&sort=a",
          cacheKey: `1.0 1 - ${ITEM}&page=2&sort=b&sort=a`,
        },
      },
      {
        request: { query: "?page=2&sort=b&sort=a" },
        expect: { decision: "pass", cacheKey: `1.0 1 - ${ITEM}&page=2&sort=b&sort=a` },
      },
      {
        // Which of them counts, an upstream may decide by their order.
        request: { query: "?page&page=2" },
        expect: { decision: "pass", cacheKey: `1.0 1 - ${ITEM}&page=&page=2` },
      },
      {
        request: { query: "?page=2&page" },
        expect: { decision: "pass", cacheKey: `1.0 1 - ${ITEM}&page=2&page=` },
      },
      { request: { query: "?page" }, expect: { decision: "pass", cacheKey: `1.0 1 - ${ITEM}&page=` } },
      { request: { query: "?utm=1" }, expect: { decision: "pass", cacheKey: `1.0 1 - ${ITEM}` } },
      { request: { query: "" }, expect: { decision: "pass", cacheKey: `1.0 1 - ${ITEM}` } },
    ],
  },
  {
    name: "leaves the query out of account where the response does not depend on it",
    config: { query: "none" },
    scene: { variables },
    steps: [{ request: { query: "?utm=1" }, expect: { decision: "pass", cacheKey: `1.0 1 - ${ITEM}` } }],
  },
  {
    name: "keeps nothing when such a field was sent twice: the key would name the first, and the answer may be to the last",
    config: { varyBy: ["Accept", "X-Tenant"] },
    scene: { variables: { http_accept: "a", http_x_tenant: "b" }, repeated: ["http_x_tenant"] },
    steps: [{ expect: { decision: "pass", cacheLocation: "", cacheKey: "" } }],
  },
  {
    name: "keeps nothing of requests that change something, or that say who the user is",
    steps: [
      { request: { method: "POST" }, expect: { decision: "pass", cacheLocation: "", cacheKey: "" } },
      { scene: { variables: { http_authorization: "Bearer x" } }, expect: { decision: "pass", cacheLocation: "" } },
      { scene: { variables: { http_cookie: "session=1" } }, expect: { decision: "pass", cacheLocation: "" } },
      { scene: { variables: {} }, request: { claims: { sub: "7" } }, expect: { decision: "pass", cacheLocation: "" } },
    ],
  },
  {
    name: "reads the request's directives whatever their case, space and value, and nothing else for one",
    config: { callerMayRefresh: true },
    steps: [
      {
        scene: { variables: { http_cache_control: "No-Store , only-if-cached" } },
        expect: { decision: "pass", cacheWishes: "no-store only-if-cached" },
      },
      {
        scene: { variables: { http_cache_control: "a,\tmax-age = 0" } },
        expect: { decision: "pass", cacheWishes: "refresh" },
      },
      {
        scene: { variables: { http_cache_control: ",,min-fresh=1" } },
        expect: { decision: "pass", cacheWishes: "refresh" },
      },
      {
        scene: { variables: { http_cache_control: "x-no-store, no-storey, max-stale=no-cache, =no-store" } },
        expect: { decision: "pass", cacheWishes: "" },
      },
      { scene: { variables: { http_cache_control: "" } }, expect: { decision: "pass", cacheWishes: "" } },
      {
        scene: { variables: { http_cache_control: "a" }, repeated: ["http_cache_control"] },
        expect: { decision: "pass", cacheWishes: "no-store" },
      },
    ],
  },
  {
    name: "fetches nothing anew for callers that may not ask for it",
    scene: { variables: { http_cache_control: "no-cache, max-age=0" } },
    steps: [{ expect: { decision: "pass", cacheWishes: "" } }],
  },
  {
    name: "answers only-if-cached with 504 where it would keep nothing",
    scene: { variables: { http_cache_control: "only-if-cached", http_cookie: "a=b" } },
    steps: [{ expect: { decision: { kind: "refuse", code: "not_cached" } } }],
  },
  {
    name: "tells where the response came from, and its age: what other caches have counted, and the time here",
    scene: { nowSeconds: 1_700_000_060, response: { status: 200, fields: {} } },
    steps: [
      {
        scene: { variables: { upstream_cache_status: "HIT" }, secondsInCache: 7 },
        expect: { decision: "pass", responseFields: "age: 7; cache-status: gatehouse; hit" },
      },
      {
        scene: { variables: { upstream_cache_status: "STALE", upstream_http_age: "50" }, secondsInCache: 70 },
        expect: { decision: "pass", responseFields: "age: 120; cache-status: gatehouse; hit" },
      },
      {
        scene: { variables: { upstream_cache_status: "MISS" } },
        expect: { decision: "pass", responseFields: "cache-status: gatehouse; fwd=uri-miss" },
      },
      {
        scene: { variables: { upstream_cache_status: "EXPIRED" } },
        expect: { decision: "pass", responseFields: "cache-status: gatehouse; fwd=stale" },
      },
    ],
  },
  {
    name: "goes by Date where nginx does not tell for how long it has kept a response",
    scene: { nowSeconds: 1_700_000_060, response: { status: 200, fields: {} } },
    steps: [
      {
        scene: { variables: { upstream_cache_status: "HIT", upstream_http_date: "Tue, 14 Nov 2023 22:13:20 GMT" } },
        expect: { decision: "pass", responseFields: "age: 60; cache-status: gatehouse; hit" },
      },
    ],
  },
];

import { describe, expect, it } from "vitest";
import { GATEWAY_ERRORS } from "@/gateway/contract/errors";
import { OUTCOMES } from "@/gateway/contract/outcome";
import type { LoggedLimit, RequestRecord } from "@/gateway/contract/request-log";
import { explainLimit, explainRequest } from "./explain-request";

const limit: LoggedLimit = {
  name: "burst",
  algorithm: "sliding-window",
  scope: "subscription",
  unit: "requests",
  used: 99.4,
  quota: 100,
  windowSeconds: 60,
  retryAfterSeconds: 1,
};

function record(change: Partial<RequestRecord>): RequestRecord {
  return {
    at: "2026-11-23T10:00:00.000Z",
    requestId: "r",
    release: 1,
    method: "GET",
    path: "/",
    apiVersion: 1,
    operation: 1,
    application: 1,
    credential: 1,
    subscription: 1,
    plan: 1,
    status: 200,
    outcome: "success",
    latencyMs: 1,
    bytesIn: 1,
    bytesOut: 1,
    address: "",
    ...change,
  };
}

describe("a call is explained in words", () => {
  it.each<[string, Partial<LoggedLimit>]>([
    ["“burst” allows 100 calls per minute for each subscription; 100 were counted", {}],
    [
      "“burst” allows 2,500 bytes per 90 seconds for each address; 2,000 were used",
      { unit: "bytes", quota: 2500, used: 2000, windowSeconds: 90, scope: "address" },
    ],
    [
      "“burst” allows 10 calls per second for each subscription; 1 was counted",
      { quota: 10, used: 1, windowSeconds: 1 },
    ],
    [
      "“burst” allows 1 call per calendar month for each application; 1 was counted",
      { algorithm: "calendar", period: "month", quota: 1, used: 1, scope: "application" },
    ],
    [
      "“burst” allows 5 calls at once for each operation; 5 were counted",
      { algorithm: "concurrency", quota: 5, used: 5, windowSeconds: 0, scope: "operation" },
    ],
    [
      "“burst” allows one call every 100 ms for each subscription; this one came earlier",
      { algorithm: "spike-arrest", quota: 10, used: 1, windowSeconds: 1 },
    ],
    [
      "“burst” allows one call every 12 seconds for each subscription; this one came earlier",
      { algorithm: "spike-arrest", quota: 5, used: 1, windowSeconds: 60 },
    ],
  ])("%s", (words, change) => {
    expect(explainLimit({ ...limit, ...change })).toBe(words);
  });

  it.each<[string, Partial<RequestRecord>]>([
    [
      "Refused by key-auth: The key was revoked. Create a new one in the portal.",
      { code: "key_revoked", policy: "key-auth", outcome: "unauthenticated", status: 401 },
    ],
    ["Refused: No published API has an operation at this path.", { code: "route_not_found", outcome: "unrouted" }],
    [
      "The server behind this API did not accept the connection. It was tried 2 times (502, 502).",
      { code: "upstream_unreachable", outcome: "upstream_unreachable", tries: 2, upstreamStatus: "502, 502" },
    ],
    ["The upstream answered 500.", { outcome: "upstream_error", status: 500, tries: 1, upstreamStatus: "500" }],
    [
      "The upstream broke off its answer, which had begun with 200.",
      { outcome: "upstream_error", status: 200, tries: 1, upstreamStatus: "200" },
    ],
    ["Answered with 200 by the upstream.", { tries: 1, upstreamStatus: "200" }],
    ["Answered with 204 by the gateway itself (cors).", { status: 204, policy: "cors" }],
    ["Answered with 200 from the cache; no upstream was asked.", { isFromCache: true }],
    [
      "Answered with 200 by the upstream. A limit in mode shadow would have refused it.",
      { tries: 1, upstreamStatus: "200", isShadowed: true },
    ],
    [
      "Answered with 200 by the upstream. A limit in mode shadow would have refused it: “burst” allows 100 calls per minute for each subscription; 100 were counted.",
      { tries: 1, upstreamStatus: "200", isShadowed: true, limits: [limit] },
    ],
    [
      "Refused by request-size: The body is too large.",
      { code: "x", detail: "The body is too large.", policy: "request-size", isShadowed: true, limits: [limit] },
    ],
    ["Refused by newer: newer_code", { code: "newer_code", policy: "newer", outcome: "forbidden" }],
  ])("%s", (words, change) => {
    expect(explainRequest(record(change))).toBe(words);
  });

  it.each([
    [1, "1 second"],
    [119, "119 seconds"],
    [1_085, "19 minutes"],
    [90_000, "25 hours"],
  ])("of a limit that has room again after %i seconds: %s, never too early", (retryAfterSeconds, words) => {
    const refused = record({ code: "rate_limit_exceeded", policy: "rate-limit", limits: [limit], retryAfterSeconds });
    expect(explainRequest(refused)).toContain(`Another call fits after ${words}.`);
  });

  it("whatever its outcome and code", () => {
    for (const outcome of OUTCOMES) {
      for (const code of [undefined, ...Object.keys(GATEWAY_ERRORS)]) {
        expect(explainRequest(record({ outcome, code }))).toMatch(/^[A-Z].*[.)]$/);
      }
    }
  });
});

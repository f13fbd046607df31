import { describe, expect, it } from "vitest";
import { upstreamSettingsSchema } from "@/gateway/compiler/upstream-settings";
import type { Upstream } from "@/lib/api-schemas";
import { changeOf, formValuesOf, upstreamFormSchema } from "./upstream-form-values";

const plain: Upstream = {
  targets: [
    { url: "http://a", weight: 1, pool: "main" },
    { url: "http://b", weight: 1, pool: "canary" },
  ],
  connectTimeoutMs: 3000,
  sendTimeoutMs: 60_000,
  readTimeoutMs: 60_000,
  updatedAt: "2026-11-23T00:00:00.000Z",
  etag: '"1"',
};

describe("the form of an upstream", () => {
  it("saved as it was opened changes nothing: neither pools, nor splits, nor what it does not show", () => {
    const settings = upstreamSettingsSchema.parse({
      balancing: { algorithm: "hash", by: { from: "address" } },
      circuitBreaker: { statuses: [500] },
      healthCheck: { statuses: [418] },
      slowStartSeconds: 7,
      retries: { attempts: 2 },
      tls: { serverName: "a.internal", clientCertificate: "orders" },
      split: { canary: { pool: "canary", percent: 5 } },
      mirror: { pool: "canary", percent: 3, stickyBy: { from: "subscription" }, methods: "all" },
    });
    const values = formValuesOf({ ...plain, ...settings });
    expect(upstreamFormSchema.parse(values)).toEqual(values);
    const { split, ...shown } = settings;
    const change = changeOf(values);
    expect(change).toMatchObject({ ...shown, targets: plain.targets });
    expect(change.split).toBeUndefined();
    expect(split).toBeDefined();
  });

  it.each([
    { from: "subscription" },
    { from: "header", name: "X-Tenant" },
    { from: "claim", name: "https://a.example/tenant" },
  ] as const)("keeps what a hash goes by: $from", (by) => {
    const settings = upstreamSettingsSchema.parse({ balancing: { algorithm: "hash", by } });
    const values = formValuesOf({ ...plain, ...settings });
    expect(changeOf(upstreamFormSchema.parse(values)).balancing).toEqual(settings.balancing);
  });

  it("asks for the name of what a hash goes by, at its field", () => {
    const values = formValuesOf(plain);
    const wrong = { ...values, balancing: { algorithm: "hash", by: { from: "claim", name: " " } } };
    expect(upstreamFormSchema.safeParse(wrong).error?.issues).toMatchObject([{ path: ["balancing", "by", "name"] }]);
  });

  it("turns off what is no longer ticked", () => {
    expect(changeOf(formValuesOf(plain))).toMatchObject({
      balancing: { algorithm: "round-robin" },
      circuitBreaker: null,
      healthCheck: null,
      slowStartSeconds: null,
      retries: null,
      mirror: null,
      tls: null,
    });
  });

  it("says at once that a mirror needs a pool of its own that has targets, and only when there is a mirror", () => {
    const values = formValuesOf(plain);
    const issuesOf = (pool: string, isMirrored: boolean) => {
      const uses = { ...values.uses, mirror: isMirrored };
      const result = upstreamFormSchema.safeParse({ ...values, uses, mirror: { ...values.mirror, pool } });
      return result.error?.issues.map(({ path }) => path.join(".")) ?? [];
    };
    expect(issuesOf("canary", true)).toEqual([]);
    expect(issuesOf("green", true)).toEqual(["mirror.pool"]);
    expect(issuesOf("main", true)).toEqual(["mirror.pool"]);
    expect(issuesOf("green", false)).toEqual([]);
  });
});

import { describe, expect, it } from "vitest";
import { upstreamSettingsSchema } from "@/gateway/compiler/upstream-settings";
import type { Upstream } from "@/lib/api-schemas";
import { changeOf, formValuesOf, upstreamFormSchema, type UpstreamFormValues } from "./upstream-form-values";

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
  it("saved as it was opened changes nothing, nor what it does not show", () => {
    const settings = upstreamSettingsSchema.parse({
      balancing: { algorithm: "hash", by: { from: "address" } },
      circuitBreaker: { statuses: [500] },
      healthCheck: { statuses: [418] },
      slowStartSeconds: 7,
      retries: { attempts: 2 },
      tls: { serverName: "a.internal", clientCertificate: "orders" },
      split: {
        rules: [{ from: "header", name: "X-Canary", value: "1", pool: "canary" }],
        canary: {
          pool: "canary",
          percent: 5,
          stickyBy: { from: "header", name: "X-Tenant" },
          ramp: { fromPercent: 1, startsAt: "2026-11-28T00:00:00Z", endsAt: "2026-11-29T00:00:00Z" },
          halt: { errorSharePercent: 3 },
        },
      },
      mirror: { pool: "canary", percent: 3, stickyBy: { from: "subscription" }, methods: "all" },
    });
    const values = formValuesOf({ ...plain, ...settings });
    expect(upstreamFormSchema.parse(values)).toEqual(values);
    expect(changeOf(values)).toMatchObject({ ...settings, targets: plain.targets });
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
      split: null,
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

  describe("with a canary", () => {
    const opened = formValuesOf(plain);
    const formOf = (
      canary: Partial<UpstreamFormValues["split"]["canary"]>,
      uses: Partial<UpstreamFormValues["uses"]>,
    ) => ({
      ...opened,
      uses: { ...opened.uses, canary: true, ...uses },
      split: { ...opened.split, canary: { ...opened.split.canary, ...canary } },
    });
    const issuesOf = (...form: Parameters<typeof formOf>) =>
      upstreamFormSchema.safeParse(formOf(...form)).error?.issues.map(({ path }) => path.join(".")) ?? [];

    it("says at its field what is wrong, and only of parts that are used", () => {
      expect(issuesOf({}, {})).toEqual([]);
      expect(issuesOf({ pool: "green" }, {})).toEqual(["split.canary.pool"]);
      expect(issuesOf({ pool: "green" }, { canary: false })).toEqual([]);
      expect(issuesOf({ percent: 101 }, {})).toEqual(["split.canary.percent"]);
      expect(issuesOf({ stickyBy: { from: "cookie", name: "" } }, {})).toEqual(["split.canary.stickyBy.name"]);
      expect(issuesOf({}, { ramp: true })).toEqual(["split.canary.ramp.minutes"]);
      for (const minutes of [0, 525_601, Number.MAX_VALUE]) {
        expect(issuesOf({ ramp: { minutes } }, { ramp: true })).toEqual(["split.canary.ramp.minutes"]);
      }
      const halt = { errorSharePercent: 0, p95Ms: 0, minimumRequests: 20, windowSeconds: 60 };
      expect(issuesOf({ halt }, { halt: true })).toEqual(["split.canary.halt.errorSharePercent"]);
      expect(issuesOf({ halt }, {})).toEqual([]);
    });

    it("begins a ramp now that lasts as long as was said", () => {
      const split = changeOf(formOf({ ramp: { minutes: 90 } }, { ramp: true })).split;
      const { startsAt = "", endsAt = "" } = split?.canary?.ramp ?? {};
      expect(Date.parse(endsAt) - Date.parse(startsAt)).toBe(90 * 60_000);
      expect(Math.abs(Date.parse(startsAt) - Date.now())).toBeLessThan(60_000);
    });
  });
});

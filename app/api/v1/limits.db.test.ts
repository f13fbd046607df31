import { beforeAll, describe, expect, it } from "vitest";
import type { Limit, Plan, Subscription } from "@/lib/api-schemas";
import { compile } from "@/gateway/compiler/compile";
import type { PlansChunk } from "@/gateway/contract/bundle";
import { readCredentialPage } from "@/lib/keys/credential-log";
import { takeSnapshot } from "@/lib/releases/take-snapshot";
import { prepareTestDatabase } from "@/lib/testing/database";
import { bootstrapForTests, fails, makePerson, makeShop, must } from "../_testing/client";

prepareTestDatabase();

beforeAll(async () => {
  await bootstrapForTests();
  await makeShop();
});

const setLimits = (limits: readonly unknown[]) => must<Plan>("PATCH", "/products/shop/plans/gold", { limits });
const withoutId = ({ id: _id, ...limit }: Limit) => limit;

/** What a worker would get of the plan. */
async function compiledLimits() {
  const result = compile(await takeSnapshot("production"));
  if (!result.ok) {
    throw new Error(JSON.stringify(result.problems));
  }
  const plans = JSON.parse(result.chunks.find(({ kind }) => kind === "plans")?.text ?? "{}") as PlansChunk;
  return plans.plans.find(({ plan }) => plan === "gold")?.limits ?? [];
}

const every = [
  { name: "log", algorithm: "sliding-log", quota: 1000, windowSeconds: 60, scope: "address", counts: "all" },
  { name: "tokens", algorithm: "token-bucket", quota: 10, windowSeconds: 1, scope: "subscription", burst: 50 },
  { name: "queue", algorithm: "leaky-bucket", quota: 10, windowSeconds: 1, scope: "subscription", burst: 20 },
  { name: "even", algorithm: "spike-arrest", quota: 100, windowSeconds: 1, scope: "operation", mode: "shadow" },
  { name: "at-once", algorithm: "concurrency", quota: 5, windowSeconds: 0, scope: "application" },
  {
    name: "month",
    algorithm: "calendar",
    quota: 10_000_000_000_000,
    windowSeconds: 2_678_400,
    scope: "header",
    header: "X-Tenant",
    unit: "bytes",
    period: "month",
    timeZone: "Europe/Berlin",
  },
] as const;

describe("limits of every algorithm", () => {
  it.each([{}, { length: 1 }, "none", null, [null], [[]]])(
    "limits that are %j are the caller's mistake",
    async (limits) => {
      const { problems } = await fails(422, "PATCH", "/products/shop/plans/gold", { limits });
      expect(problems[0]?.place).toMatch(/^\/limits/);
    },
  );

  it("come back as they were given, and reach the compiler", async () => {
    const plan = await setLimits(
      every.map((limit) => (limit.windowSeconds === 0 ? { ...limit, windowSeconds: 1 } : limit)),
    );
    expect(plan.limits.map(withoutId)).toEqual(every);
    const compiled = await compiledLimits();
    expect(compiled.map(({ algorithm, windowSeconds }) => [algorithm, windowSeconds])).toEqual(
      every.map(({ algorithm, windowSeconds }) => [algorithm, windowSeconds]),
    );
    expect(compiled[5]).toMatchObject({
      header: "http_x_tenant",
      calendar: { period: "month", zone: "Europe/Berlin" },
    });
  });

  it("go by a claim where every operation has a token verified, and are not published otherwise", async () => {
    const tenant = { name: "tenant", algorithm: "fixed-window", quota: 10, windowSeconds: 1, scope: "claim" };
    await fails(422, "PATCH", "/products/shop/plans/gold", { limits: [tenant] });
    const plan = await setLimits([{ ...tenant, claim: "tenant" }]);
    expect(plan.limits.map(withoutId)).toEqual([{ ...tenant, claim: "tenant" }]);
    await expect(compiledLimits()).rejects.toThrow("claim_unverified");
    const policies = [{ policy: "jwt-validation", config: { jwksUri: "https://issuer.example/keys" } }];
    const attached = await must<{ etag: string }>("PUT", "/apis/orders/versions/v1/policies", { policies });
    expect(attached.etag).toBeDefined();
    expect(await compiledLimits()).toMatchObject([{ scope: "claim", claim: "tenant" }]);
    await must("PUT", "/apis/orders/versions/v1/policies", { policies: [] });
  });

  it("keep to what they were: no window asked of a calendar quota, and defaults left out of the answer", async () => {
    const { limits } = await setLimits([
      {
        name: "day",
        algorithm: "calendar",
        quota: 5,
        period: "day",
        unit: "requests",
        mode: "enforce",
        counts: "admitted",
      },
      { name: "burst", algorithm: "fixed-window", quota: 100, windowSeconds: 60 },
    ]);
    expect(limits.map(withoutId)).toEqual([
      { name: "day", algorithm: "calendar", quota: 5, windowSeconds: 86_400, scope: "subscription", period: "day" },
      { name: "burst", algorithm: "fixed-window", quota: 100, windowSeconds: 60, scope: "subscription" },
    ]);
  });

  it("are refused with every problem at once when their fields do not go together", async () => {
    const { problems } = await fails(422, "PATCH", "/products/shop/plans/gold", {
      limits: [
        { name: "log", algorithm: "sliding-log", quota: 1001, windowSeconds: 60, burst: 3 },
        { name: "none", algorithm: "token-bucket", quota: 5, unit: "bytes" },
        { name: "zone", algorithm: "calendar", quota: 5, timeZone: "Mars/Olympus" },
        { name: "queue", algorithm: "leaky-bucket", quota: 1, windowSeconds: 60, burst: 100, counts: "all" },
        { name: "tenant", algorithm: "fixed-window", quota: 5, windowSeconds: 1, scope: "header" },
        { name: "many", algorithm: "fixed-window", quota: 2_000_000_000, windowSeconds: 1, costs: { x: -1 } },
        { name: "own", algorithm: "sliding-log", quota: 5, windowSeconds: 1, operationQuotas: { x: 1500, y: 1000 } },
      ],
    });
    expect(problems.map(({ place }) => place).sort()).toEqual([
      "/limits/0/burst",
      "/limits/0/quota",
      "/limits/1/unit",
      "/limits/1/windowSeconds",
      "/limits/2/period",
      "/limits/2/timeZone",
      "/limits/3/burst",
      "/limits/3/counts",
      "/limits/4/header",
      "/limits/5/costs/x",
      "/limits/6/operationQuotas/x",
    ]);
  });

  it("name operations by key; a key that no version has keeps the environment from being compiled", async () => {
    const limit = { name: "cost", algorithm: "fixed-window", quota: 10, windowSeconds: 60 };
    await setLimits([{ ...limit, costs: { "no such operation": 2 } }]);
    await expect(compiledLimits()).rejects.toThrow("limit_operation_unknown");
    const snapshot = await takeSnapshot("production");
    const [operation] = snapshot.apiVersions[0]?.operations ?? [];
    await setLimits([{ ...limit, costs: { [operation!.key]: 3 }, operationQuotas: { [operation!.key]: 7 } }]);
    expect((await compiledLimits())[0]?.operations).toEqual([{ operation: operation!.id, cost: 3, quota: 7 }]);
  });

  it("keep their id, and with it what was used, unless they count something else", async () => {
    const limit = { name: "same", algorithm: "fixed-window", quota: 10, windowSeconds: 60 };
    const [first] = (await setLimits([limit])).limits;
    const [changed] = (await setLimits([{ ...limit, algorithm: "token-bucket", quota: 20, burst: 5 }])).limits;
    expect(changed?.id).toBe(first?.id);
    const [bytes] = (await setLimits([{ ...limit, unit: "bytes" }])).limits;
    expect(bytes?.id).not.toBe(first?.id);
  });
});

describe("quotas of a subscription's own", () => {
  it("travel with its keys, for owners only, and only for limits that the plan has", async () => {
    const [limit] = (await setLimits([{ name: "burst", algorithm: "fixed-window", quota: 5, windowSeconds: 60 }]))
      .limits;
    const consumer = await makePerson("consumer", "buyers", "consumer");
    const application = await must<{ id: string }>("POST", "/applications", { name: "Own", team: "buyers" });
    const { id } = await must<Subscription>("POST", "/subscriptions", {
      application: application.id,
      product: "shop",
      plan: "gold",
    });
    await must("POST", `/applications/${application.id}/keys`, { name: "key" });
    const own = await must<Subscription>("PUT", `/subscriptions/${id}/quotas`, { quotas: { burst: 50 } });
    expect(own.quotas).toEqual({ burst: 50 });
    const entry = async () => (await readCredentialPage(0)).entries.at(-1)?.subscriptions;
    expect(await entry()).toEqual([expect.objectContaining({ quotas: [{ limit: limit?.id, quota: 50 }] })]);

    const { problems } = await fails(422, "PUT", `/subscriptions/${id}/quotas`, {
      quotas: { burst: 1, nope: 2, gone: 3 },
    });
    expect(problems.map(({ place }) => place)).toEqual(["/quotas/nope", "/quotas/gone"]);
    await fails(403, "PUT", `/subscriptions/${id}/quotas`, { quotas: {} }, { token: consumer });

    expect((await must<Subscription>("PUT", `/subscriptions/${id}/quotas`, { quotas: {} })).quotas).toEqual({});
    expect((await entry())?.[0]).not.toHaveProperty("quotas");
  });

  it("are refused where the limit could not hold them, or would let nobody through any more", async () => {
    const snapshot = await takeSnapshot("production");
    const { key } = snapshot.apiVersions[0]!.operations[0]!;
    await setLimits([
      { name: "log", algorithm: "sliding-log", quota: 10, windowSeconds: 60 },
      { name: "queue", algorithm: "leaky-bucket", quota: 60, windowSeconds: 60, burst: 50 },
      { name: "dear", algorithm: "fixed-window", quota: 60, windowSeconds: 60, costs: { [key]: 20 } },
      {
        name: "apart",
        algorithm: "fixed-window",
        quota: 60,
        windowSeconds: 60,
        costs: { [key]: 20 },
        operationQuotas: { [key]: 30 },
      },
    ]);
    const application = await must<{ id: string }>("POST", "/applications", { name: "Held", team: "buyers" });
    const { id } = await must<Subscription>("POST", "/subscriptions", {
      application: application.id,
      product: "shop",
      plan: "gold",
    });
    const { problems } = await fails(422, "PUT", `/subscriptions/${id}/quotas`, {
      quotas: { log: 1500, queue: 1, dear: 19, apart: 1 },
    });
    expect(problems.map(({ place, code }) => [place, code])).toEqual([
      ["/quotas/log", "limit_invalid"],
      ["/quotas/queue", "limit_invalid"],
      ["/quotas/dear", "limit_invalid"],
    ]);
    const quotas = { log: 1000, queue: 50, dear: 20, apart: 1 };
    expect((await must<Subscription>("PUT", `/subscriptions/${id}/quotas`, { quotas })).quotas).toEqual(quotas);
  });
});

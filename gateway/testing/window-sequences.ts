import fc from "fast-check";
import type { Limit, LimitAlgorithm } from "../contract/bundle-types";
import type { CaseStep } from "../policies/case";
import type { WindowStep } from "./play-window";

/** A moment far from zero, where doubles have half a microsecond left, as real clocks do. */
export const EPOCH = 1_700_000_000;

export const algorithms = fc.constantFrom("fixed-window" as const, "sliding-window" as const);

export const limitOf = (algorithm: Limit["algorithm"], quota: number, windowSeconds: number): Limit => ({
  id: 1,
  name: "limit",
  algorithm,
  quota,
  windowSeconds,
  scope: "subscription",
});

/** Times to call at, from differences that are often zero, sometimes longer than windows; negative ones step the clock back. */
export function times(options: { readonly stepsBack: boolean }): fc.Arbitrary<number[]> {
  const forwards = fc.oneof(
    { weight: 4, arbitrary: fc.constant(0) },
    { weight: 3, arbitrary: fc.double({ min: 0, max: 3, noNaN: true }) },
    { weight: 2, arbitrary: fc.integer({ min: 1, max: 20 }) },
    { weight: 1, arbitrary: fc.integer({ min: 20, max: 200 }) },
  );
  const steps = options.stepsBack
    ? fc.oneof(
        { weight: 6, arbitrary: forwards },
        { weight: 1, arbitrary: fc.double({ min: -50, max: 0, noNaN: true }) },
      )
    : forwards;
  return fc.array(steps, { minLength: 1, maxLength: 80 }).map((differences) => {
    let now = EPOCH;
    return differences.map((difference) => (now += difference));
  });
}

/** Calls against one limit that stays as it is. */
export const steadySteps = fc
  .tuple(algorithms, fc.integer({ min: 1, max: 12 }), fc.integer({ min: 1, max: 30 }), times({ stepsBack: false }))
  .map(([algorithm, quota, windowSeconds, moments]): WindowStep[] =>
    moments.map((nowSeconds) => ({ nowSeconds, limit: limitOf(algorithm, quota, windowSeconds) })),
  );

/** Calls against a limit whose quota, window and algorithm the owner changes now and then, under a clock that may step back. */
export const changingSteps = fc
  .tuple(
    times({ stepsBack: true }),
    fc.array(fc.tuple(algorithms, fc.integer({ min: 1, max: 12 }), fc.integer({ min: 1, max: 30 })), {
      minLength: 1,
      maxLength: 5,
    }),
  )
  .map(([moments, versions]): WindowStep[] =>
    moments.map((nowSeconds, index) => {
      const version = versions[Math.floor((index * versions.length) / moments.length)] ?? versions[0]!;
      return { nowSeconds, limit: limitOf(...version) };
    }),
  );

/** Fields that an algorithm needs besides those that all have, and fields that it may have. */
const ALGORITHMS: Record<LimitAlgorithm, Partial<Record<keyof Limit, fc.Arbitrary<unknown>>>> = {
  "fixed-window": { unit: maybe(fc.constant("bytes")) },
  "sliding-window": { unit: maybe(fc.constant("bytes")) },
  "sliding-log": { quota: fc.integer({ min: 1, max: 4 }), counts: maybe(fc.constant("all")) },
  "token-bucket": { burst: maybe(fc.integer({ min: 1, max: 5 })), counts: maybe(fc.constantFrom("successful", "all")) },
  "leaky-bucket": { burst: fc.integer({ min: 1, max: 5 }) },
  "spike-arrest": { counts: maybe(fc.constant("all")) },
  concurrency: { quota: fc.integer({ min: 1, max: 4 }), windowSeconds: fc.constant(0) },
  calendar: {
    calendar: fc.record({
      period: fc.constantFrom("hour", "day", "week", "month"),
      zone: fc.constant("Europe/Berlin"),
    }),
    counts: maybe(fc.constantFrom("successful", "all")),
  },
};

function maybe<Value>(arbitrary: fc.Arbitrary<Value>): fc.Arbitrary<Value | undefined> {
  return fc.option(arbitrary, { nil: undefined });
}

/** The clock goes forward an hour at second 100 after EPOCH. */
const ZONES = { "Europe/Berlin": [0, 3600, EPOCH + 100, 7200] };

/** What undefined says is that the field is absent: worlds where that differs are not ours. */
function present<Value extends object>(value: Value): Value {
  return JSON.parse(JSON.stringify(value)) as Value;
}

const anyLimit: fc.Arbitrary<Limit> = fc
  .constantFrom(...(Object.keys(ALGORITHMS) as LimitAlgorithm[]))
  .chain((algorithm) =>
    fc.record({
      id: fc.integer({ min: 1, max: 6 }),
      name: fc.constantFrom("burst", "day", "a b"),
      algorithm: fc.constant(algorithm),
      quota: fc.oneof(fc.integer({ min: 1, max: 4 }), fc.constant(1_000_000_000_000)),
      windowSeconds: fc.constantFrom(1, 7, 60, 10_000_000_000),
      scope: fc.constantFrom("subscription", "application", "operation", "address", "header"),
      mode: maybe(fc.constant("shadow")),
      operations: maybe(
        fc.uniqueArray(
          fc.record({
            operation: fc.constantFrom(11, 12),
            cost: maybe(fc.integer({ min: 0, max: 3 })),
            quota: maybe(fc.integer({ min: 1, max: 4 })),
          }),
          { selector: ({ operation }) => operation },
        ),
      ),
      ...ALGORITHMS[algorithm],
    }),
  )
  .map((limit) => present({ ...limit, ...(limit.scope === "header" && { header: "http_x_tenant" }) }) as Limit);

function tenantField(tenant: string): Record<string, string> {
  return tenant === "" ? {} : { http_x_tenant: tenant };
}

const limits = fc.uniqueArray(anyLimit, { selector: ({ id }) => id, maxLength: 6 });

/** Requests of several subscriptions, applications, addresses and tenants against plans of up to six limits of every kind. */
export const limitSteps: fc.Arbitrary<CaseStep> = fc
  .record({
    limits,
    seconds: fc.double({ min: -20, max: 200, noNaN: true }),
    subscription: fc.constantFrom(1, 2, 1_048_577, 3_000_000_000),
    application: fc.constantFrom(0, 3, 4),
    operation: fc.constantFrom(11, 12, 13),
    addressHigh: fc.constantFrom(0, 0x20010db8, 0xffffffff),
    addressLow: fc.constantFrom(1, 0x7f000001, 0xffffffff),
    tenant: fc.constantFrom("", "one", "two"),
    end: fc.constantFrom("success" as const, "failure" as const, "never" as const),
    bytes: fc.integer({ min: 0, max: 3 }),
  })
  .map(({ limits: chosen, seconds, subscription, application, operation, tenant, end, bytes, ...addresses }) => ({
    scene: { nowSeconds: EPOCH + seconds, ...addresses, variables: tenantField(tenant) },
    request: {
      limits: chosen,
      zones: ZONES,
      subscription,
      operation,
      end,
      bytes,
      ...(application !== 0 && {
        credential: { id: application, application, state: 1, expiresAt: 0, subscriptions: [] },
      }),
    },
    expect: { decision: "pass" as const },
  }));

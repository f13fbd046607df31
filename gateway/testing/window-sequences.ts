import fc from "fast-check";
import type { Limit } from "../contract/bundle-types";
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

const limits = fc.uniqueArray(
  fc.record({
    id: fc.integer({ min: 1, max: 6 }),
    name: fc.constantFrom("burst", "day", "a b"),
    algorithm: algorithms,
    quota: fc.oneof(fc.integer({ min: 1, max: 4 }), fc.constant(1_000_000_000_000)),
    windowSeconds: fc.constantFrom(1, 7, 60, 10_000_000_000),
    scope: fc.constantFrom("subscription" as const, "application" as const, "operation" as const, "address" as const),
  }),
  { selector: ({ id }) => id, maxLength: 6 },
);

/** Requests of several subscriptions, applications and addresses against plans of up to six limits of every scope. */
export const limitSteps: fc.Arbitrary<CaseStep> = fc
  .record({
    limits,
    seconds: fc.double({ min: -20, max: 200, noNaN: true }),
    subscription: fc.constantFrom(1, 2, 1_048_577, 3_000_000_000),
    application: fc.constantFrom(0, 3, 4),
    operation: fc.constantFrom(11, 12),
    addressHigh: fc.constantFrom(0, 0x20010db8, 0xffffffff),
    addressLow: fc.constantFrom(1, 0x7f000001, 0xffffffff),
  })
  .map(({ limits: chosen, seconds, subscription, application, operation, addressHigh, addressLow }) => ({
    scene: { nowSeconds: EPOCH + seconds, addressHigh, addressLow },
    request: {
      limits: chosen,
      subscription,
      operation,
      ...(application !== 0 && {
        credential: { id: application, application, state: 1, expiresAt: 0, subscriptions: [] },
      }),
    },
    expect: { decision: "pass" as const },
  }));

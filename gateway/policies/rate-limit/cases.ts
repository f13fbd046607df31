import type { Limit } from "../../contract/bundle-types";
import { CREDENTIAL_ACTIVE } from "../../contract/shared-memory";
import type { PolicyCase } from "../case";
import type { Credential } from "../types";

/** A multiple of 3600, so that windows of a minute and of an hour begin here. */
const START = 1_699_999_200;

const limit = (overrides: Partial<Limit> = {}): Limit => ({
  id: 1,
  name: "burst",
  algorithm: "fixed-window",
  quota: 3,
  windowSeconds: 60,
  scope: "subscription",
  ...overrides,
});

const application = (id: number): Credential => ({
  id: id + 100,
  application: id,
  state: CREDENTIAL_ACTIVE,
  expiresAt: 0,
  subscriptions: [],
});

const refused = (retryAfterSeconds: number, ...violatedPolicies: string[]) =>
  ({ kind: "refuse", code: "rate_limit_exceeded", retryAfterSeconds, violatedPolicies }) as const;

const byTenant = (
  claims?: Record<string, string>,
  limits = [limit({ quota: 1, scope: "claim", claim: "tenant" })],
) => ({
  subscription: 1,
  limits,
  ...(claims !== undefined && { claims }),
});

const at = (seconds: number) => ({ nowSeconds: START + seconds });

const fixed = { subscription: 1, limits: [limit()] };
const sliding = { subscription: 1, limits: [limit({ algorithm: "sliding-window", quota: 10 })] };
/** Limits 1 and 9 share a stripe of the fake host, 1 and 2 do not. */
const three = (quotas: readonly [number, number, number]) => ({
  subscription: 1,
  limits: [
    limit({ id: 9, name: "nine", quota: quotas[0] }),
    limit({ id: 1, name: "one", quota: quotas[1], windowSeconds: 3600 }),
    limit({ id: 2, name: "two", quota: quotas[2], algorithm: "sliding-window" }),
  ],
});

const general: readonly PolicyCase[] = [
  {
    name: "passes a request without a plan, and a plan without limits, and says nothing of limits",
    steps: [
      { expect: { decision: "pass", rateLimit: "" } },
      { request: { limits: [] }, expect: { decision: "pass", rateLimit: "" } },
    ],
  },
  {
    name: "refuses rather than lets a limit be exceeded when there is no room for a counter",
    scene: { ...at(0), counterRoom: 1 },
    steps: [
      { request: fixed, expect: { decision: "pass" } },
      {
        request: { ...fixed, subscription: 2 },
        expect: { decision: { kind: "refuse", code: "limit_state_exhausted" } },
      },
      {
        request: three([5, 5, 5]),
        expect: { decision: { kind: "refuse", code: "limit_state_exhausted" } },
      },
      { request: fixed, expect: { decision: "pass", rateLimit: '"burst";r=1;t=60' } },
    ],
  },
];

const fixedWindow: readonly PolicyCase[] = [
  {
    name: "fixed window: admits the quota, tells what remains, then refuses until the window ends",
    scene: at(10),
    steps: [
      { request: fixed, expect: { decision: "pass", rateLimit: '"burst";r=2;t=50' } },
      { request: fixed, expect: { decision: "pass", rateLimit: '"burst";r=1;t=50' } },
      { request: fixed, expect: { decision: "pass", rateLimit: '"burst";r=0;t=50' } },
      { request: fixed, times: 2, expect: { decision: refused(50, "burst"), rateLimit: '"burst";r=0;t=50' } },
      { scene: at(59.5), request: fixed, expect: { decision: refused(1, "burst") } },
      { scene: at(60), request: fixed, expect: { decision: "pass", rateLimit: '"burst";r=2;t=60' } },
    ],
  },
  {
    name: "fixed window: a clock that steps back opens no window twice",
    scene: at(60),
    steps: [
      { request: fixed, times: 3, expect: { decision: "pass" } },
      { scene: at(59), request: fixed, expect: { decision: refused(60, "burst") } },
      { scene: at(-5000), request: fixed, expect: { decision: refused(60, "burst") } },
      { scene: at(61), request: fixed, expect: { decision: refused(59, "burst") } },
    ],
  },
  {
    name: "a raised quota takes effect at once, and a lowered one keeps what was used",
    scene: at(0),
    steps: [
      { request: fixed, times: 3, expect: { decision: "pass" } },
      { request: fixed, expect: { decision: refused(60, "burst") } },
      {
        request: { subscription: 1, limits: [limit({ quota: 5 })] },
        expect: { decision: "pass", rateLimit: '"burst";r=1;t=60' },
      },
      {
        request: { subscription: 1, limits: [limit({ quota: 2 })] },
        expect: { decision: refused(60, "burst"), rateLimit: '"burst";r=0;t=60' },
      },
    ],
  },
  {
    name: "a changed window length keeps what was used",
    scene: at(30),
    steps: [
      { request: fixed, times: 3, expect: { decision: "pass" } },
      {
        request: { subscription: 1, limits: [limit({ windowSeconds: 3600 })] },
        expect: { decision: refused(3570, "burst") },
      },
      {
        request: { subscription: 1, limits: [limit({ windowSeconds: 10 })] },
        expect: { decision: refused(10, "burst") },
      },
    ],
  },
];

const slidingWindow: readonly PolicyCase[] = [
  {
    name: "sliding window: what was used in the window before fades out evenly",
    scene: at(0),
    steps: [
      { request: sliding, times: 10, expect: { decision: "pass" } },
      { request: sliding, expect: { decision: refused(66, "burst") } },
      { scene: at(65.9), request: sliding, expect: { decision: refused(1, "burst") } },
      { scene: at(66), request: sliding, expect: { decision: "pass" } },
      { request: sliding, expect: { decision: refused(6, "burst") } },
      // Half of the ten have faded, one was used since: four more fit.
      { scene: at(90), request: sliding, times: 4, expect: { decision: "pass" } },
      { request: sliding, expect: { decision: refused(6, "burst") } },
    ],
  },
  {
    name: "sliding window: after two windows of silence nothing counts any more",
    scene: at(0),
    steps: [
      { request: sliding, times: 10, expect: { decision: "pass" } },
      { scene: at(120), request: sliding, times: 10, expect: { decision: "pass" } },
      { request: sliding, expect: { decision: refused(66, "burst") } },
    ],
  },
  {
    name: "sliding window: a quota of one request waits out two windows",
    scene: at(0),
    steps: [
      {
        request: { subscription: 1, limits: [limit({ algorithm: "sliding-window", quota: 1 })] },
        expect: { decision: "pass" },
      },
      {
        request: { subscription: 1, limits: [limit({ algorithm: "sliding-window", quota: 1 })] },
        expect: { decision: refused(120, "burst") },
      },
      {
        scene: at(120),
        request: { subscription: 1, limits: [limit({ algorithm: "sliding-window", quota: 1 })] },
        expect: { decision: "pass" },
      },
    ],
  },
];

const severalLimits: readonly PolicyCase[] = [
  {
    name: "a request refused by one limit charges none",
    scene: at(0),
    steps: [
      { request: three([2, 100, 100]), times: 2, expect: { decision: "pass" } },
      { request: three([2, 100, 100]), times: 5, expect: { decision: refused(60, "nine") } },
      {
        scene: at(60),
        request: three([2, 100, 100]),
        expect: { decision: "pass", rateLimit: '"nine";r=1;t=60, "one";r=97;t=3540, "two";r=97;t=60' },
      },
    ],
  },
  {
    name: "names every limit that said no, and waits for the slowest",
    scene: at(0),
    steps: [
      { request: three([1, 1, 5]), expect: { decision: "pass" } },
      {
        request: three([1, 1, 5]),
        expect: {
          decision: refused(3600, "nine", "one"),
          rateLimit: '"nine";r=0;t=60, "one";r=0;t=3600, "two";r=4;t=60',
        },
      },
    ],
  },
];

const scopes: readonly PolicyCase[] = [
  {
    name: "scope subscription: one subscriber does not use up another's share",
    scene: at(0),
    steps: [
      { request: fixed, times: 3, expect: { decision: "pass" } },
      { request: { ...fixed, subscription: 2 }, times: 3, expect: { decision: "pass" } },
      { request: fixed, expect: { decision: refused(60, "burst") } },
    ],
  },
  {
    name: "scope application: all subscriptions of an application share, and no two applications do",
    scene: at(0),
    steps: [
      {
        request: { subscription: 1, credential: application(3), limits: [limit({ scope: "application", quota: 2 })] },
        expect: { decision: "pass" },
      },
      {
        request: { subscription: 2, credential: application(3), limits: [limit({ scope: "application", quota: 2 })] },
        expect: { decision: "pass" },
      },
      {
        request: { subscription: 1, credential: application(3), limits: [limit({ scope: "application", quota: 2 })] },
        expect: { decision: refused(60, "burst") },
      },
      {
        request: { subscription: 3, credential: application(4), limits: [limit({ scope: "application", quota: 2 })] },
        expect: { decision: "pass" },
      },
    ],
  },
  {
    name: "scope operation: each operation has the quota to itself, per subscription",
    scene: at(0),
    steps: [
      {
        request: { subscription: 1, operation: 11, limits: [limit({ scope: "operation", quota: 1 })] },
        expect: { decision: "pass" },
      },
      {
        request: { subscription: 1, operation: 12, limits: [limit({ scope: "operation", quota: 1 })] },
        expect: { decision: "pass" },
      },
      {
        request: { subscription: 1, operation: 11, limits: [limit({ scope: "operation", quota: 1 })] },
        expect: { decision: refused(60, "burst") },
      },
      {
        request: { subscription: 2, operation: 11, limits: [limit({ scope: "operation", quota: 1 })] },
        expect: { decision: "pass" },
      },
    ],
  },
  {
    name: "scope address: each address has the quota to itself, per subscription",
    scene: { ...at(0), addressHigh: 0x20010db8, addressLow: 1 },
    steps: [
      {
        request: { subscription: 1, limits: [limit({ scope: "address", quota: 1 })] },
        expect: { decision: "pass" },
      },
      {
        request: { subscription: 1, limits: [limit({ scope: "address", quota: 1 })] },
        expect: { decision: refused(60, "burst") },
      },
      {
        scene: { addressLow: 2 },
        request: { subscription: 1, limits: [limit({ scope: "address", quota: 1 })] },
        expect: { decision: "pass" },
      },
      {
        scene: { addressHigh: 0x20010db9, addressLow: 1 },
        request: { subscription: 1, limits: [limit({ scope: "address", quota: 1 })] },
        expect: { decision: "pass" },
      },
      {
        scene: { addressHigh: 0x20010db8, addressLow: 1 },
        request: { subscription: 2, limits: [limit({ scope: "address", quota: 1 })] },
        expect: { decision: "pass" },
      },
      {
        // Beyond 2^20 subscriptions, where the number no longer fits beside half of an address.
        request: { subscription: 1 + 1_048_576, limits: [limit({ scope: "address", quota: 1 })] },
        expect: { decision: "pass" },
      },
    ],
  },
  {
    name: "with scope claim each value has the quota for itself, within a subscription, and without one the empty value has it",
    scene: at(0),
    steps: [
      { request: byTenant({ tenant: "a", sub: "1" }), expect: { decision: "pass" } },
      { request: byTenant({ tenant: "a", sub: "2" }), expect: { decision: refused(60, "burst") } },
      { request: byTenant({ tenant: "b" }), expect: { decision: "pass" } },
      { request: { ...byTenant({ tenant: "a" }), subscription: 2 }, expect: { decision: "pass" } },
      { request: byTenant({ sub: "1" }), expect: { decision: "pass" } },
      { request: byTenant(), expect: { decision: refused(60, "burst") } },
      { request: byTenant({ tenant: "" }), expect: { decision: refused(60, "burst") } },
    ],
  },
  {
    name: "with scope claim an operation with a quota of its own is counted apart for each value",
    scene: at(0),
    steps: (["a", "b"] as const).flatMap((tenant) => {
      const own = limit({ quota: 5, scope: "claim", claim: "tenant", operations: [{ operation: 12, quota: 1 }] });
      const request = { ...byTenant({ tenant }, [own]), operation: 12 };
      return [
        { request, expect: { decision: "pass" as const } },
        { request, expect: { decision: refused(60, "burst") } },
        { request: { ...request, operation: 11 }, expect: { decision: "pass" as const } },
      ];
    }),
  },
];

export const cases: readonly PolicyCase[] = [...general, ...fixedWindow, ...slidingWindow, ...severalLimits, ...scopes];

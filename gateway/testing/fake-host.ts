import type { Scene } from "../policies/case";
import type { Counter, Credential, Grant, PolicyHost } from "../policies/types";

/**
 * A policy's host without nginx: the clock, the credentials and the counters are what a scene says. In the Lua dialect, so that Node and
 * LuaJIT run the same one. It is strict where the real host would corrupt a count: locks in ascending order, each once, and no counter
 * without its lock; a breach is a line of `faults`.
 */
export interface FakeHost {
  readonly host: PolicyHost;
  /** May be replaced at any time. */
  scene: Scene;
  readonly counters: KeyedCounter[];
  readonly faults: string[];
  readonly locked: number[];
}

export interface KeyedCounter {
  readonly limit: number;
  readonly subject: number;
  readonly detail: number;
  readonly counter: Counter;
}

export type Crc32 = (this: void, text: string) => number;

const WORD = 4_294_967_296;
const STRIPES = 8;

export const EMPTY_SCENE: Scene = {
  nowSeconds: 1_700_000_000,
  variables: {},
  credentials: [],
  grants: [],
  addressHigh: 0,
  addressLow: 0,
  counterRoom: 1000,
};

export function createFakeHost(crc32: Crc32): FakeHost {
  const fake: { -readonly [Key in keyof FakeHost]: FakeHost[Key] } = {
    host: undefined as unknown as PolicyHost,
    scene: EMPTY_SCENE,
    counters: [],
    faults: [],
    locked: [],
  };
  fake.host = {
    variable: (name) => fake.scene.variables[name],
    nowSeconds: () => fake.scene.nowSeconds,
    crc32,
    findCredential: (key) => findCredential(fake.scene, key),
    findGrant: (credential, apiVersion) => findGrant(fake.scene, credential, apiVersion),
    addressHigh: () => fake.scene.addressHigh,
    addressLow: () => fake.scene.addressLow,
    stripeOf,
    lock: (stripe) => {
      lock(fake, stripe);
    },
    unlock: (stripe) => {
      unlock(fake, stripe);
    },
    counter: (limit, subject, detail) => findCounter(fake, limit, subject, detail),
  };
  return fake;
}

function findCredential(scene: Scene, key: string): Credential | undefined {
  for (const known of scene.credentials) {
    if (known.key === key) {
      return known.credential;
    }
  }
  return undefined;
}

function findGrant(scene: Scene, credential: Credential, apiVersion: number): Grant | undefined {
  for (const grant of scene.grants) {
    if (grant.credential === credential.id && grant.apiVersion === apiVersion) {
      return { subscription: grant.subscription, plan: { id: grant.plan, limits: [], rateLimitPolicy: "" } };
    }
  }
  return undefined;
}

/** Few stripes, so that limits often share one. Every product stays below 2^53. */
function stripeOf(this: void, limit: number, subject: number, detail: number): number {
  return (limit * 3 + (subject % WORD) * 5 + Math.floor(subject / WORD) + (detail % WORD)) % STRIPES;
}

function lock(fake: FakeHost, stripe: number): void {
  for (const held of fake.locked) {
    if (held === stripe) {
      fake.faults.push(`locks stripe ${stripe} twice`);
    } else if (held > stripe) {
      fake.faults.push(`locks stripe ${stripe} after ${held}`);
    }
  }
  fake.locked.push(stripe);
}

function unlock(fake: FakeHost, stripe: number): void {
  const index = fake.locked.indexOf(stripe);
  if (index < 0) {
    fake.faults.push(`unlocks stripe ${stripe}, which it does not hold`);
    return;
  }
  fake.locked.splice(index, 1);
}

function findCounter(fake: FakeHost, limit: number, subject: number, detail: number): Counter | undefined {
  if (!fake.locked.includes(stripeOf(limit, subject, detail))) {
    fake.faults.push(`takes the counter of limit ${limit} without its lock`);
  }
  for (const known of fake.counters) {
    if (known.limit === limit && known.subject === subject && known.detail === detail) {
      return known.counter;
    }
  }
  if (fake.counters.length >= fake.scene.counterRoom) {
    return undefined;
  }
  const counter = { windowSeconds: 0, start: 0, current: 0, previous: 0 };
  fake.counters.push({ limit, subject, detail, counter });
  return counter;
}

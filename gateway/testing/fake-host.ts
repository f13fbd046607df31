import type { Scene } from "../policies/case";
import {
  countCharacters,
  decodeBase64,
  decodeBase64Url,
  decodeUnreserved,
  escapeUri,
  isLowerHex,
  isPlain,
  parseHttpTime,
  unescapeUri,
} from "./fake-text";
import type {
  CallLog,
  Counter,
  Credential,
  Grant,
  InFlight,
  JsonReader,
  PolicyHost,
  PolicyRequest,
  PolicyResponse,
} from "../policies/types";
import { linkPlan } from "../runtime/release/link-plan";

/**
 * A policy's host without nginx: the clock, the credentials and the counters are what a scene says. In the Lua dialect, so that Node and
 * LuaJIT run the same one. It is strict where the real host would corrupt a count: locks in ascending order, each once, and no counter
 * without its lock; a breach is a line of `faults`.
 */
export interface FakeHost {
  readonly host: PolicyHost;
  /** May be replaced at any time. */
  scene: Scene;
  readonly counters: Keyed<Counter>[];
  readonly callLogs: Keyed<CallLog>[];
  readonly inFlight: Keyed<InFlight>[];
  /** Seconds slept, in all. */
  slept: number;
  /** How often a key was asked for that is not there. */
  keyWishes: number;
  readonly faults: string[];
  readonly locked: number[];
  /** Header fields set for the upstream: name, then value or "" when removed. */
  readonly requestFields: string[];
}

export interface Keyed<Value> {
  readonly limit: number;
  readonly subject: number;
  readonly detail: number;
  readonly value: Value;
}

export type Crc32 = (this: void, text: string) => number;

/** What the dialect cannot do by itself, where the code runs: on Node or on LuaJIT. */
export interface Natives {
  readonly json: JsonReader;
  readonly matchesPattern: (this: void, text: string, pattern: string) => boolean;
  /** Texts are ASCII or UTF-8; the key and what it is compared with have a character per byte. */
  readonly isSigned: PolicyHost["isSigned"];
  readonly isSha256: PolicyHost["isSha256"];
  readonly isSignedBy: PolicyHost["isSignedBy"];
}

const WORD = 4_294_967_296;
const STRIPES = 8;

export const EMPTY_SCENE: Scene = {
  nowSeconds: 1_700_000_000,
  variables: {},
  body: "",
  response: { status: 200, fields: {} },
  credentials: [],
  grants: [],
  addressHigh: 0,
  addressLow: 0,
  counterRoom: 1000,
};

export function createFakeHost(crc32: Crc32, natives?: Natives): FakeHost {
  const fake: { -readonly [Key in keyof FakeHost]: FakeHost[Key] } = {
    host: undefined as unknown as PolicyHost,
    scene: EMPTY_SCENE,
    counters: [],
    callLogs: [],
    inFlight: [],
    slept: 0,
    keyWishes: 0,
    faults: [],
    locked: [],
    requestFields: [],
  };
  fake.host = {
    variable: (name) => fake.scene.variables[name],
    isRepeated: (name) => fake.scene.repeated !== undefined && fake.scene.repeated.includes(name),
    isAnyRepeated: (names) => isAnyRepeated(fake.scene, names),
    setRequestField: (name, value) => {
      fake.requestFields.push(value === undefined ? `${name}:` : `${name}: ${value}`);
    },
    addRequestField: (name, value) => {
      fake.requestFields.push(`+${name}: ${value}`);
    },
    renameRequestField: (name, newName) => {
      fake.requestFields.push(`${name} -> ${newName}`);
    },
    cutTrace,
    decodeUnreserved,
    readBody: () => fake.scene.body,
    runApart: (task) => {
      task();
    },
    json: natives?.json ?? NO_JSON,
    countCharacters,
    matchesPattern: natives?.matchesPattern ?? matchesNothing,
    unescapeUri,
    useRequestId,
    randomHex: () => "0af7651916cd43dd8448eb211c80319c",
    isLowerHex,
    isPlain,
    parseHttpTime,
    escapeUri,
    decodeBase64,
    readBodyBytes: () => fake.scene.body.length,
    nowSeconds: () => fake.scene.nowSeconds,
    monotonicMs: () => fake.scene.nowSeconds * 1000,
    crc32,
    cut: (text, from, end) => text.slice(from, end),
    isSigned: natives?.isSigned ?? NO_CRYPTO.isSigned,
    isSha256: natives?.isSha256 ?? NO_CRYPTO.isSha256,
    decodeBase64Url,
    isSignedBy: natives?.isSignedBy ?? NO_CRYPTO.isSignedBy,
    findKeys: (uri) => (fake.scene.keySets === undefined ? undefined : fake.scene.keySets[uri]),
    wishForKeys: () => {
      fake.keyWishes += 1;
    },
    findCredential: (key) => findCredential(fake.scene, key),
    findGrant: (_request, credential, apiVersion) => findGrant(fake.scene, credential, apiVersion),
    addressHigh: () => fake.scene.addressHigh,
    addressLow: () => fake.scene.addressLow,
    stripeOf,
    lock: (stripe) => {
      lock(fake, stripe);
    },
    unlock: (stripe) => {
      unlock(fake, stripe);
    },
    counter: (limit, subject, detail) => findKeyed(fake, fake.counters, newCounter, limit, subject, detail),
    callLog: (limit, subject, detail) => findKeyed(fake, fake.callLogs, newCallLog, limit, subject, detail),
    inFlight: (limit, subject, detail) => findKeyed(fake, fake.inFlight, newInFlight, limit, subject, detail),
    recount: () => undefined,
    addInFlight: (inFlight, change) => {
      inFlight.current += change;
    },
    // Without a sign, and with something in the upper half.
    digest: (text) => crc32(text) + (crc32(`${text} `) % 1_000_000) * WORD,
    cacheEpoch: () => fake.scene.cacheEpoch ?? 0,
    secondsInCache: () => fake.scene.secondsInCache,
    countAge: (request, ageSeconds, lifetimeSeconds) => {
      request.isNotStored = request.isNotStored || ageSeconds >= lifetimeSeconds;
    },
    sleep: (seconds) => {
      sleep(fake, seconds);
    },
  };
  return fake;
}

/** A response's head of which the fields stand in `fields`, under their names in lower case. */
export function createFakeResponse(status: number, fields: Record<string, string>): PolicyResponse {
  return {
    status: () => status,
    field: (name) => fields[name.toLowerCase()],
    setField: (name, value) => {
      fields[name.toLowerCase()] = value;
    },
    removeField: (name) => {
      // eslint-disable-next-line @typescript-eslint/no-dynamic-delete -- a table in Lua
      delete fields[name.toLowerCase()];
    },
  };
}

/** For tests of policies that read none. */
const NO_JSON: JsonReader = {
  parse: () => undefined,
  kindOf: () => "null",
  member: () => undefined,
  names: () => [],
  textOf: () => "",
};

const NO_CRYPTO = { isSigned: matchesNothing, isSha256: matchesNothing, isSignedBy: matchesNothing };

function isAnyRepeated(scene: Scene, names: readonly string[]): boolean {
  for (const name of names) {
    if (scene.repeated !== undefined && scene.repeated.includes(name)) {
      return true;
    }
  }
  return false;
}

function matchesNothing(this: void): boolean {
  return false;
}

function useRequestId(this: void, request: PolicyRequest, id: string): void {
  (request as { id: string }).id = id;
}

/** Nothing to see from outside. */
function cutTrace(this: void): void {}

function findCredential(scene: Scene, key: string): Credential | undefined {
  for (const known of scene.credentials) {
    if (known.key === key) {
      const { signingKey } = known;
      return signingKey === undefined
        ? known.credential
        : Object.assign({}, known.credential, { signingKey: decodeBase64(signingKey) });
    }
  }
  return undefined;
}

function findGrant(scene: Scene, credential: Credential, apiVersion: number): Grant | undefined {
  for (const grant of scene.grants) {
    if (grant.credential === credential.id && grant.apiVersion === apiVersion) {
      const plan = linkPlan({ id: grant.plan, limits: [], zones: undefined, chain: undefined });
      return { subscription: grant.subscription, plan };
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

function sleep(fake: FakeHost, seconds: number): void {
  if (fake.locked.length > 0) {
    fake.faults.push("sleeps with a lock");
  }
  fake.slept += seconds;
}

function newCounter(this: void): Counter {
  return { windowSeconds: 0, start: 0, current: 0, previous: 0 };
}

function newCallLog(this: void): CallLog {
  return { windowSeconds: 0, latest: 0, count: 0, latestAt: 0, times: {} };
}

function newInFlight(this: void): InFlight {
  return { current: 0 };
}

function findKeyed<Value>(
  fake: FakeHost,
  all: Keyed<Value>[],
  make: (this: void) => Value,
  limit: number,
  subject: number,
  detail: number,
): Value | undefined {
  if (!fake.locked.includes(stripeOf(limit, subject, detail))) {
    fake.faults.push(`takes the counter of limit ${limit} without its lock`);
  }
  for (const known of all) {
    if (known.limit === limit && known.subject === subject && known.detail === detail) {
      return known.value;
    }
  }
  if (all.length >= fake.scene.counterRoom) {
    return undefined;
  }
  const value = make();
  all.push({ limit, subject, detail, value });
  return value;
}

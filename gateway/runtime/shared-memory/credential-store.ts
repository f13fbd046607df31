import * as bits from "bit";
import * as ffi from "ffi";
import type { Credential, CredentialSubscription, Grant, OwnQuota, RuntimePlan } from "../../policies/types";
import { CREDENTIAL_SIGNING } from "../../contract/shared-memory";
import type { RuntimeBundle } from "../release/bundle";
import { withOwnQuotas } from "../release/link-plan";
import { C } from "../host/c-functions";
import { sha256 } from "../host/sha256";
import { mapReadOnlyFile, unmap } from "../host/memory";

/**
 * The credential index that the agent writes and all workers map (contract/shared-memory.ts has the protocol). A worker remembers what
 * it found for a presented key, so SHA-256 is computed once per key; the version in the mapped slot tells at every request whether the
 * memory is still true. A revocation therefore holds from the moment the agent has written it.
 */
ffi.cdef(`
typedef struct {
  unsigned char hash[32];
  double expiresAt, value;
  uint32_t subscriptions, state, quotas;
  volatile uint32_t version;
} gatehouse_credential_slot;
typedef struct { uint32_t magic, capacity, count, reserved; double cursor; } gatehouse_credential_header;
`);

interface Slot {
  readonly hash: CData;
  readonly expiresAt: number;
  readonly value: number;
  readonly subscriptions: number;
  readonly state: number;
  readonly quotas: number;
  readonly version: number;
}

interface CachedCredential extends Credential {
  readonly slot: number;
  readonly version: number;
  /** The release that the grants are of. */
  grantsBundle: RuntimeBundle | undefined;
  /** The API version that it was used for first, and what covers it: most keys are for one. */
  firstVersion: number;
  firstGrant: Grant | undefined;
  /** The same for all others. */
  grants: LuaTable<number, Grant | false> | undefined;
}

const MAGIC = 0x47484349;
const HEADER_BYTES = 4096;
const SLOT_BYTES = 64;
/** CREDENTIAL_VALUE of the contract. */
const VALUE_HEAD_BYTES = 16;
const SUBSCRIPTION_BYTES = 16;
const QUOTA_BYTES = 24;
const SIGNING_KEY_BYTES = 64;
/** Address space for a file that grows while it is mapped. */
const VALUES_BYTES = 1_073_741_824;
/** A key longer than this is not looked up; a real one has 46 characters. */
const LONGEST_KEY = 256;
const CACHE_ENTRIES = 20_000;
/** Of the keys that were looked up last, so many leave a mark. */
const MARKS = 65_536;
const READ_ATTEMPTS = 1000;

const digest = ffi.new("unsigned char[32]");
const digestWords = ffi.cast("uint32_t *", digest) as unknown as CArray<number>;

let index: CData | undefined;
let indexBytes = 0;
let values: CData | undefined;
let valuesStart = 0 as unknown as number;
let slots: CArray<Slot>;
let mask = 0;
let cache = new LuaTable<string, CachedCredential>();
let olderCache = new LuaTable<string, CachedCredential>();
let cachedEntries = 0;
/** A word of a key's digest, at a place by another. */
const marks = ffi.new(`uint32_t[${MARKS}]`) as unknown as CArray<number>;

/** Maps the files of a new generation. Throws when they are not there or not ours; the ones in use then stay. */
export function openCredentials(directory: string, generation: number): void {
  const indexPath = `${directory}/credentials.${generation}.index`;
  const header = mapReadOnlyFile(indexPath, HEADER_BYTES);
  const fields = ffi.cast("gatehouse_credential_header *", header) as unknown as { magic: number; capacity: number };
  const capacity = fields.capacity;
  const isOurs = fields.magic === MAGIC;
  unmap(header, HEADER_BYTES);
  if (!isOurs) {
    error(`${indexPath} is not a credential index`);
  }
  const newBytes = HEADER_BYTES + capacity * SLOT_BYTES;
  const newIndex = mapReadOnlyFile(indexPath, newBytes);
  const newValues = mapReadOnlyFile(`${directory}/credentials.${generation}.values`, VALUES_BYTES);
  if (index !== undefined && values !== undefined) {
    unmap(index, indexBytes);
    unmap(values, VALUES_BYTES);
  }
  index = newIndex;
  indexBytes = newBytes;
  values = newValues;
  valuesStart = ffi.cast("char *", newValues) as unknown as number;
  const firstSlot = (ffi.cast("char *", newIndex) as unknown as number) + HEADER_BYTES;
  slots = ffi.cast("gatehouse_credential_slot *", firstSlot) as unknown as CArray<Slot>;
  mask = capacity - 1;
  forgetCredentials();
}

/** Whether a complete set was ever loaded: until then a key cannot be called unknown. */
export function hasCredentials(): boolean {
  return index !== undefined;
}

function forgetCredentials(): void {
  cache = new LuaTable<string, CachedCredential>();
  olderCache = new LuaTable<string, CachedCredential>();
  cachedEntries = 0;
}

export function findCredential(this: void, key: string): Credential | undefined {
  const cached = cache.get(key);
  if (cached !== undefined && (slots[cached.slot] as Slot).version === cached.version) {
    return cached;
  }
  return lookUp(key);
}

function lookUp(key: string): Credential | undefined {
  if (index === undefined || key.length > LONGEST_KEY) {
    return undefined;
  }
  const older = olderCache.get(key);
  if (older !== undefined && (slots[older.slot] as Slot).version === older.version) {
    remember(key, older);
    return older;
  }
  sha256(key, digest);
  const place = findSlot();
  if (place === undefined) {
    return undefined;
  }
  const credential = readSlot(place);
  if (isBackSoon()) {
    remember(key, credential);
  }
  return credential;
}

/**
 * Whether the key whose digest was just computed was looked up not long ago. One that is used once is not worth remembering: among a million such
 * keys it would only drive out another, and be something for the garbage collector to look after.
 */
function isBackSoon(): boolean {
  const place = bits.band(digestWords[1] as number, MARKS - 1);
  const mark = digestWords[2] as number;
  const isMarked = marks[place] === mark;
  marks[place] = mark;
  return isMarked;
}

/** Two generations of cache: the older one is dropped whole when the newer is full, so memory is bounded without a list. */
function remember(key: string, credential: CachedCredential): void {
  if (cachedEntries >= CACHE_ENTRIES) {
    olderCache = cache;
    cache = new LuaTable<string, CachedCredential>();
    cachedEntries = 0;
  }
  cache.set(key, credential);
  cachedEntries += 1;
}

/** Slot of the digest just computed. A written slot keeps its hash for ever, so this needs no second look. */
function findSlot(): number | undefined {
  const place = bits.band(digestWords[0] ?? 0, mask);
  const slot = slots[place] as Slot;
  if (slot.version === 0) {
    return undefined;
  }
  // Most are here: no loop then, which LuaJIT would leave the rest of the phase to the interpreter for.
  return C.memcmp(slot.hash, digest, 32) === 0 ? place : searchBehind(place);
}

function searchBehind(first: number): number | undefined {
  let place = first;
  for (const _step of $range(1, mask)) {
    place = bits.band(place + 1, mask);
    const slot = slots[place] as Slot;
    if (slot.version === 0) {
      return undefined;
    }
    if (C.memcmp(slot.hash, digest, 32) === 0) {
      return place;
    }
  }
  return undefined;
}

/** Reads until version and body belong together. An agent killed in the middle leaves a whole body behind an odd version: then it counts. */
function readSlot(place: number): CachedCredential {
  const slot = slots[place] as Slot;
  const version = slot.version;
  const credential = decodeSlot(slot, place, version);
  return version % 2 === 0 && slot.version === version ? credential : readAgain(slot, place);
}

function readAgain(slot: Slot, place: number): CachedCredential {
  let credential: CachedCredential | undefined;
  for (const _attempt of $range(2, READ_ATTEMPTS)) {
    const version = slot.version;
    credential = decodeSlot(slot, place, version);
    if (version % 2 === 0 && slot.version === version) {
      return credential;
    }
  }
  return credential as CachedCredential;
}

function decodeSlot(slot: Slot, place: number, version: number): CachedCredential {
  const value = ffi.cast("double *", valuesStart + slot.value) as unknown as CArray<number>;
  const count = slot.subscriptions;
  return {
    id: value[0] ?? 0,
    application: value[1] ?? 0,
    state: slot.state,
    expiresAt: slot.expiresAt,
    subscriptions: count === 1 ? [decodeSubscription(slot, value, 1)] : decodeSubscriptions(slot, value),
    signingKey: slot.state === CREDENTIAL_SIGNING ? decodeSigningKey(slot, count) : undefined,
    slot: place,
    version,
    grantsBundle: undefined,
    firstVersion: 0,
    firstGrant: undefined,
    grants: undefined,
  };
}

function decodeSubscriptions(slot: Slot, value: CArray<number>): CredentialSubscription[] {
  const subscriptions: CredentialSubscription[] = [];
  for (const number of $range(1, slot.subscriptions)) {
    subscriptions.push(decodeSubscription(slot, value, number));
  }
  return subscriptions;
}

/** @param number from 1 on */
function decodeSubscription(slot: Slot, value: CArray<number>, number: number): CredentialSubscription {
  const id = value[number * 2] ?? 0;
  const quotas = slot.quotas === 0 ? undefined : decodeQuotas(value, 2 + slot.subscriptions * 2, slot.quotas, id);
  return { id, plan: value[number * 2 + 1] ?? 0, quotas };
}

/** Behind everything else; zeros fill it up to a block, as HMAC would. */
function decodeSigningKey(slot: Slot, subscriptions: number): string {
  const before = VALUE_HEAD_BYTES + subscriptions * SUBSCRIPTION_BYTES + slot.quotas * QUOTA_BYTES;
  const key = ffi.string(ffi.cast("char *", valuesStart + slot.value + before), SIGNING_KEY_BYTES);
  return key;
}

function decodeQuotas(value: CArray<number>, start: number, count: number, subscription: number): OwnQuota[] {
  const quotas: OwnQuota[] = [];
  for (const index of $range(0, count - 1)) {
    const triple = start + index * 3;
    if (value[triple] === subscription) {
      quotas.push({ limit: value[triple + 1] ?? 0, quota: value[triple + 2] ?? 0 });
    }
  }
  return quotas;
}

/**
 * The subscription by which a credential may call an API version under a release. When several plans cover it the newest subscription
 * counts: who moves to a better plan gets it at once, before closing the old one.
 */
export function findGrantIn(bundle: RuntimeBundle, credential: Credential, apiVersion: number): Grant | undefined {
  const cached = credential as CachedCredential;
  if (cached.grantsBundle !== bundle) {
    cached.grantsBundle = bundle;
    cached.firstVersion = apiVersion;
    cached.firstGrant = searchGrant(bundle, credential, apiVersion);
    cached.grants = undefined;
    return cached.firstGrant;
  }
  return cached.firstVersion === apiVersion ? cached.firstGrant : findOtherGrant(bundle, cached, apiVersion);
}

function findOtherGrant(bundle: RuntimeBundle, cached: CachedCredential, apiVersion: number): Grant | undefined {
  const grants = cached.grants ?? new LuaTable<number, Grant | false>();
  cached.grants = grants;
  const known = grants.get(apiVersion);
  if (known !== undefined) {
    return known === false ? undefined : known;
  }
  const grant = searchGrant(bundle, cached, apiVersion);
  grants.set(apiVersion, grant ?? false);
  return grant;
}

function searchGrant(bundle: RuntimeBundle, { subscriptions }: Credential, apiVersion: number): Grant | undefined {
  const only = subscriptions[0];
  if (only === undefined) {
    return undefined;
  }
  return subscriptions.length === 1
    ? grantOf(bundle, only, apiVersion)
    : newestGrant(bundle, subscriptions, apiVersion);
}

function newestGrant(
  bundle: RuntimeBundle,
  subscriptions: readonly CredentialSubscription[],
  apiVersion: number,
): Grant | undefined {
  let best: Grant | undefined;
  for (const subscription of subscriptions) {
    if (best === undefined || subscription.id > best.subscription) {
      best = grantOf(bundle, subscription, apiVersion) ?? best;
    }
  }
  return best;
}

function grantOf(bundle: RuntimeBundle, subscription: CredentialSubscription, apiVersion: number): Grant | undefined {
  const plan = bundle.plans.get(subscription.plan);
  const covers = bundle.grants.get(subscription.plan);
  return plan !== undefined && covers !== undefined && covers.has(apiVersion)
    ? { subscription: subscription.id, plan: ownPlan(plan, subscription) }
    : undefined;
}

/** Made once per key and release, like the grant it is for. */
function ownPlan(plan: RuntimePlan, subscription: CredentialSubscription): RuntimePlan {
  const quotas = subscription.quotas;
  return quotas === undefined || quotas.length === 0 ? plan : withOwnQuotas(plan, quotas);
}

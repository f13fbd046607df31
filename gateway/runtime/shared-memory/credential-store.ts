import * as bits from "bit";
import * as ffi from "ffi";
import type { Credential, CredentialSubscription, Grant, OwnQuota, RuntimePlan } from "../../policies/types";
import { CREDENTIAL_SIGNING } from "../../contract/shared-memory";
import type { RuntimeBundle } from "../release/bundle";
import { withOwnQuotas } from "../release/link-plan";
import { C } from "../host/c-functions";
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
  /** API version id → the subscription that covers it, under the release in `grantsRelease`. */
  grants: LuaTable<number, Grant | false>;
  grantsBundle: RuntimeBundle | undefined;
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
  C.SHA256(key, key.length, digest);
  const place = findSlot();
  if (place === undefined) {
    return undefined;
  }
  const credential = readSlot(place);
  remember(key, credential);
  return credential;
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
  let place = bits.band(digestWords[0] ?? 0, mask);
  for (const _step of $range(0, mask)) {
    const slot = slots[place] as Slot;
    if (slot.version === 0) {
      return undefined;
    }
    if (C.memcmp(slot.hash, digest, 32) === 0) {
      return place;
    }
    place = bits.band(place + 1, mask);
  }
  return undefined;
}

/** Reads until version and body belong together. An agent killed in the middle leaves a whole body behind an odd version: then it counts. */
function readSlot(place: number): CachedCredential {
  const slot = slots[place] as Slot;
  let credential: CachedCredential | undefined;
  for (const _attempt of $range(1, READ_ATTEMPTS)) {
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
  const subscriptions: CredentialSubscription[] = [];
  const count = slot.subscriptions;
  for (const number of $range(1, count)) {
    const id = value[number * 2] ?? 0;
    const quotas = slot.quotas === 0 ? undefined : decodeQuotas(value, 2 + count * 2, slot.quotas, id);
    subscriptions.push({ id, plan: value[number * 2 + 1] ?? 0, quotas });
  }
  return {
    id: value[0] ?? 0,
    application: value[1] ?? 0,
    state: slot.state,
    expiresAt: slot.expiresAt,
    subscriptions,
    signingKey: slot.state === CREDENTIAL_SIGNING ? decodeSigningKey(slot, count) : undefined,
    slot: place,
    version,
    grants: new LuaTable<number, Grant | false>(),
    grantsBundle: undefined,
  };
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
    cached.grants = new LuaTable<number, Grant | false>();
    cached.grantsBundle = bundle;
  }
  const known = cached.grants.get(apiVersion);
  if (known !== undefined) {
    return known === false ? undefined : known;
  }
  const grant = searchGrant(bundle, credential, apiVersion);
  cached.grants.set(apiVersion, grant ?? false);
  return grant;
}

function searchGrant(bundle: RuntimeBundle, credential: Credential, apiVersion: number): Grant | undefined {
  let best: Grant | undefined;
  for (const subscription of credential.subscriptions) {
    const plan = bundle.plans.get(subscription.plan);
    const covers = bundle.grants.get(subscription.plan);
    const isNewer = best === undefined || subscription.id > best.subscription;
    if (plan !== undefined && covers !== undefined && covers.has(apiVersion) && isNewer) {
      best = { subscription: subscription.id, plan: ownPlan(plan, subscription) };
    }
  }
  return best;
}

/** Made once per key and release, like the grant it is for. */
function ownPlan(plan: RuntimePlan, subscription: CredentialSubscription): RuntimePlan {
  const quotas = subscription.quotas;
  return quotas === undefined || quotas.length === 0 ? plan : withOwnQuotas(plan, quotas);
}

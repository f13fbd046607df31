import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { CREDENTIAL_INDEX, CREDENTIAL_REVOKED, CREDENTIAL_SIGNING, CREDENTIAL_VALUE } from "../contract/shared-memory";

export interface FoundCredential {
  readonly credential: number;
  readonly application: number;
  readonly subscriptions: readonly {
    readonly id: number;
    readonly plan: number;
    readonly quotas?: readonly { readonly limit: number; readonly quota: number }[];
  }[];
  readonly expiresAt: number;
  readonly isActive: boolean;
  readonly version: number;
  /** Hex, with the zeros behind it. */
  readonly signingKey?: string;
}

/** Reads the credential files as a worker does (runtime/shared-memory/credential-store.ts), written independently of the agent's own code. */
export class CredentialReader {
  readonly #index: Buffer;
  readonly #values: Buffer;

  constructor(directory: string, generation: number) {
    this.#index = readFileSync(path.join(directory, `credentials.${generation}.index`));
    this.#values = readFileSync(path.join(directory, `credentials.${generation}.values`));
  }

  get cursor(): number {
    return this.#index.readDoubleLE(CREDENTIAL_INDEX.cursorAt);
  }

  get count(): number {
    return this.#index.readUInt32LE(CREDENTIAL_INDEX.countAt);
  }

  get oddVersions(): number {
    let odd = 0;
    for (let at = CREDENTIAL_INDEX.headerBytes; at < this.#index.length; at += CREDENTIAL_INDEX.slotBytes) {
      odd += this.#index.readUInt32LE(at + CREDENTIAL_INDEX.slot.versionAt) % 2;
    }
    return odd;
  }

  find(hashHex: string): FoundCredential | undefined {
    const hash = Buffer.from(hashHex, "hex");
    const capacity = this.#index.readUInt32LE(CREDENTIAL_INDEX.capacityAt);
    const { slot } = CREDENTIAL_INDEX;
    for (let step = 0; step < capacity; step += 1) {
      const place = (hash.readUInt32LE(0) + step) % capacity;
      const at = CREDENTIAL_INDEX.headerBytes + place * CREDENTIAL_INDEX.slotBytes;
      const version = this.#index.readUInt32LE(at + slot.versionAt);
      if (version === 0) {
        return undefined;
      }
      if (hash.equals(this.#index.subarray(at, at + 32))) {
        return this.#decode(at, version);
      }
    }
    return undefined;
  }

  #decode(at: number, version: number): FoundCredential {
    const { slot } = CREDENTIAL_INDEX;
    const value = this.#index.readDoubleLE(at + slot.valueAt);
    const count = this.#index.readUInt32LE(at + slot.subscriptionsAt);
    const state = this.#index.readUInt32LE(at + slot.stateAt);
    return {
      credential: this.#values.readDoubleLE(value + CREDENTIAL_VALUE.credentialAt),
      application: this.#values.readDoubleLE(value + CREDENTIAL_VALUE.applicationAt),
      subscriptions: Array.from({ length: count }, (_, index) => {
        const pair = value + CREDENTIAL_VALUE.subscriptionsAt + index * CREDENTIAL_VALUE.subscriptionBytes;
        const id = this.#values.readDoubleLE(pair);
        const quotas = this.#quotasOf(at, value + CREDENTIAL_VALUE.subscriptionsAt + count * 16, id);
        return { id, plan: this.#values.readDoubleLE(pair + 8), ...(quotas.length > 0 && { quotas }) };
      }),
      expiresAt: this.#index.readDoubleLE(at + slot.expiresAtAt),
      isActive: state !== CREDENTIAL_REVOKED,
      ...(state === CREDENTIAL_SIGNING && { signingKey: this.#signingKeyAt(at, value, count) }),
      version,
    };
  }

  #signingKeyAt(at: number, value: number, subscriptions: number): string {
    const quotas = this.#index.readUInt32LE(at + CREDENTIAL_INDEX.slot.quotasAt);
    const start = value + 16 + subscriptions * 16 + quotas * 24;
    return this.#values.toString("hex", start, start + 64);
  }

  #quotasOf(at: number, start: number, subscription: number): { limit: number; quota: number }[] {
    const count = this.#index.readUInt32LE(at + CREDENTIAL_INDEX.slot.quotasAt);
    const triples = Array.from({ length: count }, (_, index) => start + index * CREDENTIAL_VALUE.quotaBytes);
    return triples
      .filter((triple) => this.#values.readDoubleLE(triple) === subscription)
      .map((triple) => ({
        limit: this.#values.readDoubleLE(triple + 8),
        quota: this.#values.readDoubleLE(triple + 16),
      }));
  }
}

/** Generations on disk, newest first. */
export function generationsIn(directory: string): number[] {
  const names = existsSync(directory) ? readdirSync(directory) : [];
  return names
    .flatMap((name) => /^credentials\.(\d+)\.index$/.exec(name)?.[1] ?? [])
    .map(Number)
    .sort((left, right) => right - left);
}

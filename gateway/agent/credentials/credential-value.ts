import type { CredentialEntry } from "../../contract/credentials";
import {
  CREDENTIAL_ACTIVE,
  CREDENTIAL_REVOKED,
  CREDENTIAL_SIGNING,
  CREDENTIAL_VALUE,
} from "../../contract/shared-memory";

/** Bytes of the value of a credential with so many subscriptions, and so many quotas of their own; with a secret where its state says so. */
export function valueBytes({
  subscriptions,
  quotas,
  state,
}: {
  readonly subscriptions: number;
  readonly quotas: number;
  readonly state: number;
}): number {
  const { subscriptionsAt, subscriptionBytes, quotaBytes, signingKeyBytes } = CREDENTIAL_VALUE;
  const secret = state === CREDENTIAL_SIGNING ? signingKeyBytes : 0;
  return subscriptionsAt + subscriptions * subscriptionBytes + quotas * quotaBytes + secret;
}

/** As a slot has it: a revoked secret is not kept. */
export function stateOf({ state, signingKey }: CredentialEntry): number {
  if (state === "revoked") {
    return CREDENTIAL_REVOKED;
  }
  return signingKey === undefined ? CREDENTIAL_ACTIVE : CREDENTIAL_SIGNING;
}

export function countQuotas(entry: CredentialEntry): number {
  return entry.subscriptions.reduce((sum, { quotas }) => sum + (quotas?.length ?? 0), 0);
}

export function encodeValue(entry: CredentialEntry): Buffer {
  const { subscriptions } = entry;
  const state = stateOf(entry);
  const value = Buffer.alloc(valueBytes({ subscriptions: subscriptions.length, quotas: countQuotas(entry), state }));
  value.writeDoubleLE(entry.credential, CREDENTIAL_VALUE.credentialAt);
  value.writeDoubleLE(entry.application, CREDENTIAL_VALUE.applicationAt);
  const triples = subscriptions.flatMap(({ id, quotas = [] }) => quotas.map(({ limit, quota }) => [id, limit, quota]));
  const numbers = [...subscriptions.map(({ id, plan }) => [id, plan]), ...triples].flat();
  numbers.forEach((number, index) => value.writeDoubleLE(number, CREDENTIAL_VALUE.subscriptionsAt + index * 8));
  if (state === CREDENTIAL_SIGNING) {
    value.write(entry.signingKey ?? "", value.length - CREDENTIAL_VALUE.signingKeyBytes, "hex");
  }
  return value;
}

import type { CredentialEntry } from "../../contract/credentials";
import { CREDENTIAL_VALUE } from "../../contract/shared-memory";

/** Bytes of the value of a credential with so many subscriptions. */
export function valueBytes(subscriptions: number): number {
  return CREDENTIAL_VALUE.subscriptionsAt + subscriptions * CREDENTIAL_VALUE.subscriptionBytes;
}

export function encodeValue(entry: CredentialEntry): Buffer {
  const value = Buffer.alloc(valueBytes(entry.subscriptions.length));
  value.writeDoubleLE(entry.credential, CREDENTIAL_VALUE.credentialAt);
  value.writeDoubleLE(entry.application, CREDENTIAL_VALUE.applicationAt);
  entry.subscriptions.forEach(({ id, plan }, index) => {
    const at = CREDENTIAL_VALUE.subscriptionsAt + index * CREDENTIAL_VALUE.subscriptionBytes;
    value.writeDoubleLE(id, at);
    value.writeDoubleLE(plan, at + 8);
  });
  return value;
}

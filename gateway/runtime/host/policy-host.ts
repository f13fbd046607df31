import type { Credential, Grant, PolicyHost } from "../../policies/types";
import { currentBundle } from "../bundle-store";
import { counter, lock, stripeOf, unlock } from "../counters";
import { findCredential, findGrantIn } from "../credential-store";
import { nowSeconds } from "./clock";
import { currentRequest, readVariable, variableNamed } from "./request";
import { REMOTE_ADDRESS } from "./variables";

const HIGH_BYTE = 16_777_216;

function variable(this: void, name: string): string | undefined {
  const text = readVariable(currentRequest(), variableNamed(name));
  return text;
}

/** No request yields between the start of its phase and its chain, so the worker's release is the request's. */
function findGrant(this: void, credential: Credential, apiVersion: number): Grant | undefined {
  const bundle = currentBundle();
  return bundle === undefined ? undefined : findGrantIn(bundle, credential, apiVersion);
}

function word(text: string, from: number): number {
  const [first, second, third, fourth] = string.byte(text, from, from + 3);
  return (first ?? 0) * HIGH_BYTE + (second ?? 0) * 65_536 + (third ?? 0) * 256 + (fourth ?? 0);
}

function addressHigh(this: void): number {
  const address = readVariable(currentRequest(), REMOTE_ADDRESS) ?? "";
  return address.length === 16 ? word(address, 1) : 0;
}

function addressLow(this: void): number {
  const address = readVariable(currentRequest(), REMOTE_ADDRESS) ?? "";
  return word(address, address.length === 16 ? 5 : 1);
}

export const policyHost: PolicyHost = {
  variable,
  nowSeconds,
  crc32: ngx.crc32_long,
  findCredential,
  findGrant,
  addressHigh,
  addressLow,
  stripeOf,
  lock,
  unlock,
  counter,
};

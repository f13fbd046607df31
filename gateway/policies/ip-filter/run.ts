import type { Decision } from "../../contract/decision";
import { isInRanges, newRangeMemory, type AddressRanges, type RangeMemory } from "../shared/address-ranges";
import { clientAddress, newTrustedProxies, type TrustedProxies } from "../shared/client-address";
import type { PolicyHost, PolicyRequest } from "../types";

export interface IpFilterPlan {
  readonly [key: string]: unknown;
  readonly allow: AddressRanges;
  readonly deny: AddressRanges;
  readonly trustedProxies: AddressRanges;
}

export interface PreparedIpFilter {
  readonly allow: RangeMemory;
  readonly deny: RangeMemory;
  readonly proxies: TrustedProxies;
}

export function prepare(plan: IpFilterPlan): PreparedIpFilter {
  return {
    allow: newRangeMemory(plan.allow),
    deny: newRangeMemory(plan.deny),
    proxies: newTrustedProxies(plan.trustedProxies),
  };
}

export function run(prepared: PreparedIpFilter, _request: PolicyRequest, host: PolicyHost): Decision | undefined {
  const address = clientAddress(prepared.proxies, host);
  const { allow, deny } = prepared;
  if (deny.ranges.starts.length > 0 && isInRanges(deny, address)) {
    return { kind: "refuse", code: "address_denied" };
  }
  if (allow.ranges.starts.length > 0 && !isInRanges(allow, address)) {
    return { kind: "refuse", code: "address_denied" };
  }
  return undefined;
}

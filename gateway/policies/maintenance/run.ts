import type { Decision } from "../../contract/decision";
import { isInRanges, newRangeMemory, type AddressRanges, type RangeMemory } from "../shared/address-ranges";
import type { PolicyHost, PolicyRequest } from "../types";

export interface MaintenancePlan {
  readonly [key: string]: unknown;
  readonly retryAfterSeconds: number;
  readonly detail?: string;
  readonly allow: AddressRanges;
}

export interface PreparedMaintenance {
  readonly plan: MaintenancePlan;
  readonly memory: RangeMemory;
}

export function prepare(plan: MaintenancePlan): PreparedMaintenance {
  return { plan, memory: newRangeMemory(plan.allow) };
}

export function run(
  { plan, memory }: PreparedMaintenance,
  _request: PolicyRequest,
  host: PolicyHost,
): Decision | undefined {
  if (plan.allow.starts.length > 0 && isInRanges(memory, host.variable("remote_addr") ?? "")) {
    return undefined;
  }
  const { retryAfterSeconds, detail } = plan;
  if (detail === undefined) {
    return { kind: "refuse", code: "maintenance", retryAfterSeconds };
  }
  return { kind: "refuse", code: "maintenance", retryAfterSeconds, detail };
}

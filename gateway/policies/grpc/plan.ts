import type { GrpcPlan } from "./run";

export function plan(): GrpcPlan {
  return {};
}

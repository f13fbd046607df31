import type { CompressionPlan } from "./run";

export function plan(): CompressionPlan {
  return {};
}

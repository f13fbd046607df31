import { MAIN_POOL } from "@/gateway/compiler/check-upstream";

interface TargetInput {
  readonly url: string;
  readonly weight?: number | undefined;
  readonly pool?: string | undefined;
}

/** A target as it is stored. */
export function withDefaults({ url, weight = 1, pool = MAIN_POOL }: TargetInput) {
  return { url, weight, pool };
}

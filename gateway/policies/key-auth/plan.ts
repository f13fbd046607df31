import type { z } from "zod";
import type { config } from "./manifest";

export interface KeyAuthPlan {
  readonly [key: string]: unknown;
  /** nginx variable that holds the header field: reading one field by name never meets a truncated header table. */
  readonly variable: string;
}

export function plan(settings: z.infer<typeof config>): KeyAuthPlan {
  return { variable: `http_${settings.header.toLowerCase().replaceAll("-", "_")}` };
}

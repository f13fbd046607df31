import type { z } from "zod";
import type { config } from "./manifest";
import type { WebsocketPlan } from "./run";

export function plan({ idleTimeoutSeconds }: z.infer<typeof config>): WebsocketPlan {
  return { timeouts: { sendTimeoutMs: idleTimeoutSeconds * 1000, readTimeoutMs: idleTimeoutSeconds * 1000 } };
}

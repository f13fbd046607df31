import type { z } from "zod";
import type { config } from "./manifest";
import type { RequestSizePlan } from "./run";

export function plan(settings: z.infer<typeof config>): RequestSizePlan {
  return {
    maxBodyBytes: settings.maxBodyBytes,
    refusesChunked: settings.chunked === "refuse",
    detail: `The body may have at most ${settings.maxBodyBytes} bytes.`,
  };
}

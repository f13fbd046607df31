import type { z } from "zod";
import type { PlanScope } from "../manifest";
import type { config } from "./manifest";
import type { RequestSizePlan } from "./run";

export function plan(settings: z.infer<typeof config>, { basePath }: PlanScope): RequestSizePlan {
  return {
    maxBodyBytes: settings.maxBodyBytes,
    refusesChunked: settings.chunked === "refuse",
    // Only there can an operation be called with gRPC: in a chain of its own the two exclude each other.
    passesGrpc: basePath === "",
    detail: `The body may have at most ${settings.maxBodyBytes} bytes.`,
  };
}

import type { z } from "zod";
import type { GatewayErrorCode } from "../contract/errors";

/** What the compiler, the console and the documentation know of a policy without running it. */
export interface PolicyManifest<Config extends z.ZodType = z.ZodType> {
  readonly name: string;
  readonly title: string;
  readonly summary: string;
  readonly phase: "access";
  /** Policies that must not run before this one, when both are in a chain. */
  readonly before: readonly string[];
  /** Policies that must have run before this one, when both are in a chain. */
  readonly after: readonly string[];
  readonly config: Config;
  readonly errorCodes: readonly GatewayErrorCode[];
}

import { z } from "zod";
import type { PolicyManifest } from "../manifest";

const pathText = z
  .string()
  .max(2048)
  .regex(/^\/[!-~]*$/, "a path: it starts with a slash and holds no spaces and only ASCII")
  .regex(/^[^?#\\]*$/, "a path holds no question mark, no # and no backslash");

export const config = z
  .strictObject({
    /** What becomes of the API's base path. */
    basePath: z.enum(["strip", "keep"]).default("strip"),
    /** Put before the path. */
    prefix: pathText.regex(/[^/]$/, "a prefix ends without a slash").optional(),
    /** The whole path below that of the upstream's target, in place of both; may hold placeholders. */
    path: pathText.optional(),
    /** Host field for the upstream: the target's own name, the one the client sent, or a name of its own. */
    host: z.enum(["upstream", "preserve", "fixed"]).default("upstream"),
    hostName: z
      .string()
      .max(255)
      .regex(/^[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?(:\d{1,5})?$/, "a name, with a port if need be")
      .optional(),
  })
  .refine(({ path, prefix, basePath }) => path === undefined || (prefix === undefined && basePath === "strip"), {
    path: ["path"],
    message: "a whole path leaves nothing to prefix or to keep",
  })
  .refine(({ host, hostName }) => (host === "fixed") === (hostName !== undefined), {
    path: ["hostName"],
    message: 'a name belongs to the host "fixed", and to no other',
  });

export const manifest = {
  name: "path-rewrite",
  title: "Path and host",
  summary: "Chooses the path and the Host field that the upstream gets.",
  scopes: ["api-version", "operation"],
  readsOperation: true,
  requires: [],
  before: [],
  after: ["key-auth", "subscription", "rate-limit"],
  config,
  errorCodes: ["path_ambiguous"],
} as const satisfies PolicyManifest<typeof config>;

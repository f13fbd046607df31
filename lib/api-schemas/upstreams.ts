import { z } from "zod";
import { parseTargetUrl } from "@/gateway/compiler/target-url";

/** Address of a target, checked by the same code that compiles it. */
export const targetUrlSchema = z
  .string()
  .max(2000, "Keep it to 2,000 characters.")
  .superRefine((url, context) => {
    const parsed = parseTargetUrl(url);
    if (!parsed.ok) {
      context.addIssue({
        code: "custom",
        message: `The address ${parsed.message}.`,
        params: { code: "upstream_url_invalid" },
      });
    }
  })
  .describe("http:// or https://, without credentials, query or fragment. Private addresses are allowed.");

export const targetsInputSchema = z
  .array(
    z.strictObject({
      url: targetUrlSchema,
      weight: z
        .number()
        .int("Give a whole number.")
        .min(0)
        .max(100)
        .optional()
        .describe("Share of the requests; default 1."),
    }),
  )
  .min(1, "Give at least one target.")
  .max(64, "Keep it to 64 targets.")
  .refine((targets) => targets.length === 0 || targets.some((target) => (target.weight ?? 1) > 0), {
    error: "Every target has weight 0: no request could be sent.",
    params: { code: "upstream_weights_zero" },
  });

const timeout = z.number().int("Give whole milliseconds.").min(1).max(600_000).optional();

export const timeoutsShape = {
  connectTimeoutMs: timeout.describe("Default 3,000."),
  sendTimeoutMs: timeout.describe("Longest pause while sending; default 60,000."),
  readTimeoutMs: timeout.describe("Longest pause while receiving; default 60,000."),
};

export const updateUpstreamSchema = z
  .strictObject({ targets: targetsInputSchema.optional(), ...timeoutsShape })
  .meta({ id: "UpdateUpstream" });

export type UpdateUpstream = z.infer<typeof updateUpstreamSchema>;

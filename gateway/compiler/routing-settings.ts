import { z } from "zod";
import { requestFieldName } from "../policies/config/field-name";

/** Hold secrets: routing by them would put them into settings that many may read. */
const SECRET_FIELDS = ["authorization", "cookie", "x-api-key"];

const headerName = requestFieldName.refine(
  (name) => !SECRET_FIELDS.includes(name.toLowerCase()),
  "This field holds secrets: requests are not routed by it.",
);

/** Unreserved in a URI (RFC 3986 §2.3): a server reads them the same however they are escaped. */
const UNRESERVED = /^[A-Za-z0-9._~-]+$/;
const parameterName = z.string().max(100).regex(UNRESERVED, "Letters, digits, . _ ~ and -; at most 100.");
const token = z
  .string()
  .max(100)
  .regex(/^[a-z0-9][a-z0-9._-]*$/, "Lower-case letters, digits, . _ and -; at most 100.");
/** Visible ASCII without what could end a value in a field or a media type, or mean something in the samples for a shell. */
const FIELD_TEXT = /^[!#%-+\--:<-[\]^_a-~]+( [!#%-+\--:<-[\]^_a-~]+)*$/;
const conditionText = z
  .string()
  .min(1, "Give a text.")
  .max(200, "Keep it to 200 characters.")
  .regex(FIELD_TEXT, "Visible ASCII characters, without quotes, commas, semicolons, backslashes and $.");

const forward = z
  .enum(["pass", "strip"])
  .default("pass")
  .describe('"strip" takes it off before the upstream gets the request.');

/** How the versions of an API that share a base path are told apart. */
export const versioningSchema = z.discriminatedUnion("by", [
  z.strictObject({ by: z.literal("path") }).describe("Each version has a base path of its own."),
  z.strictObject({ by: z.literal("header"), name: headerName, forward }),
  z
    .strictObject({ by: z.literal("media-type"), parameter: token.default("version") })
    .describe(
      'A parameter of a media type in the Accept field: "application/json;version=2". Always goes to the upstream.',
    ),
  z.strictObject({ by: z.literal("query"), name: parameterName, forward }),
]);

export type Versioning = z.output<typeof versioningSchema>;
export type VersioningInput = z.input<typeof versioningSchema>;

/** What a request must carry. */
export const conditionSchema = z
  .strictObject({
    from: z.enum(["header", "query"]),
    name: z.string().min(1, "Give a name.").max(100),
    value: conditionText.optional(),
    prefix: conditionText.optional(),
    present: z.literal(true).optional(),
  })
  .superRefine((condition, context) => {
    const { from, name, value, prefix, present } = condition;
    const parsed = (from === "header" ? headerName : parameterName).safeParse(name);
    for (const issue of parsed.error?.issues ?? []) {
      context.addIssue({ code: "custom", path: ["name"], message: issue.message });
    }
    if ([value, prefix, present].filter((test) => test !== undefined).length !== 1) {
      context.addIssue({ code: "custom", message: "Give one of value, prefix and present." });
    }
    if (from === "query" && !UNRESERVED.test(value ?? prefix ?? "x")) {
      context.addIssue({
        code: "custom",
        path: [value === undefined ? "prefix" : "value"],
        message: "Letters, digits, . _ ~ and - only: others can be escaped in several ways.",
      });
    }
  });

export type ConditionSetting = z.output<typeof conditionSchema>;

const LABEL = "[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?";
const HOST = new RegExp(`^(\\*\\.)?${LABEL}(\\.${LABEL})*$`);

/** In the form that requests are compared with: lower case, without port and trailing dot. */
export const hostSchema = z
  .string()
  .transform((text) => text.trim().toLowerCase().replace(/\.$/, ""))
  .pipe(
    z
      .string()
      .max(253, "Keep it to 253 characters.")
      .regex(HOST, 'A host name such as "api.example.com", or "*.example.com" for all below; no port.'),
  );

const versionValue = z.string().max(100).regex(UNRESERVED, "Letters, digits, . _ ~ and -; at most 100.");

function isDistinct(texts: readonly string[]): boolean {
  return new Set(texts).size === texts.length;
}

/** Where a version of an API is found, besides its base path. Everything is optional; what is absent costs requests nothing. */
export const routingSchema = z.strictObject({
  hosts: z
    .array(hostSchema)
    .max(20, "Keep it to 20 hosts.")
    .refine(isDistinct, "A host is there twice.")
    .optional()
    .describe("Host names it answers at; without any, at every host."),
  versionValues: z
    .array(versionValue)
    .min(1)
    .max(20, "Keep it to 20 values.")
    .refine(isDistinct, "A value is there twice.")
    .optional()
    .describe(
      "What callers send to mean this version, where the API's versions are told apart by a field; default: its name.",
    ),
  isDefault: z.boolean().optional().describe("Answers requests that name no version."),
  when: z
    .array(conditionSchema)
    .max(8, "Keep it to 8 conditions.")
    .optional()
    .describe("What a request must carry besides, all of it; of two versions that fit, the more specific one answers."),
  basePath: z
    .enum(["strip", "keep"])
    .optional()
    .describe("Whether the upstream gets the path without the base path (the default), or with it."),
});

export type RoutingSettings = z.output<typeof routingSchema>;

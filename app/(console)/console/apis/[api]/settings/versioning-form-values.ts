import { z } from "zod";
import { versioningSchema, type Versioning, type VersioningInput } from "@/lib/api-schemas";

const values = z.object({
  by: z.enum(["path", "header", "media-type", "query"]),
  header: z.string(),
  query: z.string(),
  parameter: z.string(),
  forward: z.enum(["pass", "strip"]),
});

type VersioningFormValues = z.infer<typeof values>;

/** Fields that the chosen way does not need keep what they hold. */
export const versioningFormSchema = values.transform((form, context): Versioning => {
  const parsed = versioningSchema.safeParse(versioningOf(form));
  if (parsed.success) {
    return parsed.data;
  }
  for (const { path, message } of parsed.error.issues) {
    context.addIssue({ code: "custom", message, path: [path[0] === "name" ? form.by : (path[0] ?? "by")] });
  }
  return z.NEVER;
});

export function formValuesOf(versioning: Versioning): VersioningFormValues {
  return {
    by: versioning.by,
    header: versioning.by === "header" ? versioning.name : "X-API-Version",
    query: versioning.by === "query" ? versioning.name : "version",
    parameter: versioning.by === "media-type" ? versioning.parameter : "version",
    forward: versioning.by === "header" || versioning.by === "query" ? versioning.forward : "pass",
  };
}

function versioningOf({ by, header, query, parameter, forward }: VersioningFormValues): VersioningInput {
  switch (by) {
    case "path":
      return { by };
    case "header":
      return { by, name: header.trim(), forward };
    case "query":
      return { by, name: query.trim(), forward };
    case "media-type":
      return { by, parameter: parameter.trim() };
  }
}

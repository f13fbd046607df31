import { z } from "zod";
import {
  basePathSchema,
  lifecycleSchema,
  routingSchema,
  type ApiVersion,
  type RoutingSettings,
  type UpdateApiVersion,
} from "@/lib/api-schemas";

const conditionValues = z.object({
  from: z.enum(["header", "query"]),
  name: z.string(),
  test: z.enum(["value", "prefix", "present"]),
  text: z.string(),
});

const values = z.object({
  basePath: basePathSchema,
  lifecycle: lifecycleSchema,
  /** Names with spaces, commas or lines between. */
  hosts: z.string(),
  versionValues: z.string(),
  isDefault: z.boolean(),
  when: z.array(conditionValues),
  keepsBasePath: z.boolean(),
});

export type VersionFormValues = z.infer<typeof values>;

/** What the form shows, into what the management API takes; what is wrong is said at the field that shows it. */
export const versionFormSchema = values.transform((form, context): UpdateApiVersion => {
  const parsed = routingSchema.safeParse(routingOf(form));
  if (parsed.success) {
    return { basePath: form.basePath, lifecycle: form.lifecycle, routing: parsed.data };
  }
  for (const { path, message } of parsed.error.issues) {
    context.addIssue({ code: "custom", message, path: fieldOf(path) });
  }
  return z.NEVER;
});

export function formValuesOf({ basePath, lifecycle, routing }: ApiVersion): VersionFormValues {
  return {
    basePath,
    lifecycle,
    hosts: (routing.hosts ?? []).join("\n"),
    versionValues: (routing.versionValues ?? []).join(", "),
    isDefault: routing.isDefault === true,
    when: (routing.when ?? []).map(({ from, name, value, prefix }) => ({
      from,
      name,
      test: value === undefined ? (prefix === undefined ? "present" : "prefix") : "value",
      text: value ?? prefix ?? "",
    })),
    keepsBasePath: routing.basePath === "keep",
  };
}

/** Nothing where there is nothing: an absent setting has its default. */
function routingOf({ hosts, versionValues, isDefault, when, keepsBasePath }: VersionFormValues): RoutingSettings {
  const [hostList, valueList] = [splitList(hosts), splitList(versionValues)];
  return {
    ...(hostList.length > 0 && { hosts: hostList }),
    ...(valueList.length > 0 && { versionValues: valueList }),
    ...(isDefault && { isDefault }),
    ...(when.length > 0 && {
      when: when.map(({ from, name, test, text }) => ({
        from,
        name: name.trim(),
        ...(test === "present" ? { present: true as const } : { [test]: text.trim() }),
      })),
    }),
    ...(keepsBasePath && { basePath: "keep" as const }),
  };
}

function splitList(text: string): string[] {
  return text.split(/[\s,]+/).filter((item) => item !== "");
}

function fieldOf([top, index, field]: readonly PropertyKey[]): PropertyKey[] {
  if (top !== "when") {
    return [top === "basePath" ? "keepsBasePath" : (top ?? "hosts")];
  }
  return index === undefined ? ["when"] : ["when", index, field === "name" ? "name" : "text"];
}

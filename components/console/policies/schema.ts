/** As much of JSON Schema as the configurations of policies use. */
export interface ConfigSchema {
  readonly type?: string;
  readonly title?: string;
  readonly description?: string;
  readonly default?: unknown;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly ConfigSchema[];
  readonly items?: ConfigSchema;
  readonly properties?: Readonly<Record<string, ConfigSchema>>;
  readonly required?: readonly string[];
  readonly minimum?: number;
  readonly maximum?: number;
}

export type Config = Readonly<Record<string, unknown>>;

/** The values to choose from, when there are only a few. */
export function choicesOf(schema: ConfigSchema): readonly (string | number)[] | undefined {
  const values = schema.enum ?? schema.anyOf?.map((one) => one.const);
  return values?.every((value) => typeof value === "string" || typeof value === "number") === true ? values : undefined;
}

/** Which control a value is written in. */
export function kindOf(schema: ConfigSchema): "choice" | "switch" | "number" | "text" | "lines" | "json" {
  if (choicesOf(schema) !== undefined) {
    return "choice";
  }
  switch (schema.type) {
    case "boolean":
      return "switch";
    case "integer":
    case "number":
      return "number";
    case "string":
      return "text";
    case "array":
      return schema.items?.type === "string" ? "lines" : "json";
    default:
      return "json";
  }
}

/** "maxBodyBytes" as people say it: "Max body bytes". */
export function labelOf(name: string, schema: ConfigSchema): string {
  if (schema.title !== undefined) {
    return schema.title;
  }
  const words = name.replaceAll(/([a-z0-9])([A-Z])/g, "$1 $2").toLowerCase();
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** What a policy was told, in one line; "" for nothing. */
export function summariseConfig(config: Config): string {
  return Object.entries(config)
    .map(([name, value]) => `${labelOf(name, {}).toLowerCase()}: ${summariseValue(value)}`)
    .join(" · ");
}

function summariseValue(value: unknown): string {
  if (Array.isArray(value)) {
    const [first, ...others] = value as unknown[];
    return first === undefined
      ? "none"
      : `${summariseValue(first)}${others.length > 0 ? ` and ${others.length} more` : ""}`;
  }
  if (typeof value === "object" && value !== null) {
    return Object.values(value).map(summariseValue).join(" ");
  }
  return typeof value === "string" ? value : JSON.stringify(value);
}

export type Schema = Readonly<Record<string, unknown>>;

export function isRecord(value: unknown): value is Schema {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export function listOf(value: unknown, refuse: () => void): unknown[] {
  if (Array.isArray(value)) {
    return value as unknown[];
  }
  refuse();
  return [];
}

export function membersOf(value: unknown, refuse: () => void): [string, unknown][] {
  if (isRecord(value)) {
    return Object.entries(value);
  }
  refuse();
  return [];
}

import { Problem, type FieldError } from "./problem";

type Check = (value: unknown) => string | undefined;

/** Field name → whether it must be there and what it must look like. */
export type Shape = Readonly<Record<string, { readonly required?: boolean; readonly check: Check }>>;

/**
 * The body as an object of known fields.
 * @throws Problem 422 naming every field that is wrong
 */
export function readFields(body: unknown, shape: Shape): Record<string, unknown> {
  if (typeof body !== "object" || body === null || Array.isArray(body)) {
    throw new Problem(422, "Unprocessable body", "Send a JSON object.", [{ place: "", message: "must be an object" }]);
  }
  const fields = body as Record<string, unknown>;
  const errors: FieldError[] = [];
  for (const name of Object.keys(fields)) {
    if (!(name in shape)) {
      errors.push({ place: `/${name}`, message: "is not a field of this resource" });
    }
  }
  for (const [name, { required, check }] of Object.entries(shape)) {
    const value = fields[name];
    if (value === undefined) {
      if (required) {
        errors.push({ place: `/${name}`, message: "is missing" });
      }
      continue;
    }
    const message = check(value);
    if (message !== undefined) {
      errors.push({ place: `/${name}`, message });
    }
  }
  if (errors.length > 0) {
    throw new Problem(422, "Unprocessable body", "Some fields are wrong; each is named in `errors`.", errors);
  }
  return fields;
}

export function text(least: number, most: number): Check {
  return (value) =>
    typeof value === "string" && value.length >= least && value.length <= most
      ? undefined
      : `must be a text of ${least} to ${most} characters`;
}

export function matching(pattern: RegExp, meaning: string): Check {
  return (value) => (typeof value === "string" && pattern.test(value) ? undefined : `must be ${meaning}`);
}

export function number(least: number, most: number): Check {
  return (value) =>
    typeof value === "number" && value >= least && value <= most
      ? undefined
      : `must be a number from ${least} to ${most}`;
}

export function oneOf(values: readonly string[]): Check {
  return (value) =>
    typeof value === "string" && values.includes(value) ? undefined : `must be one of ${values.join(", ")}`;
}

export function dateTime(value: unknown): string | undefined {
  return typeof value === "string" && /^\d{4}-\d\d-\d\dT/.test(value) && !Number.isNaN(Date.parse(value))
    ? undefined
    : "must be a date and time like 2027-05-01T06:30:00Z";
}

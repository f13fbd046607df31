const LARGEST_PLAIN = 1e15;

/** A value as text, the same for equal values: what the worker's textOf makes (runtime/host/json.ts), byte for byte. */
export function canonicalText(value: unknown): string {
  if (typeof value === "number") {
    return numberText(value);
  }
  if (typeof value === "string") {
    return `"${value.replace(/[\\"]/g, String.raw`\$&`)}"`;
  }
  if (typeof value !== "object" || value === null) {
    return value === null ? "null" : value === true ? "true" : "false";
  }
  if (Array.isArray(value)) {
    return `[${value.map(canonicalText).join(",")}]`;
  }
  const members = Object.entries(value).sort(([left], [right]) =>
    Buffer.compare(Buffer.from(left), Buffer.from(right)),
  );
  return `{${members.map(([name, member]) => `${canonicalText(name)}:${canonicalText(member)}`).join(",")}}`;
}

function numberText(value: number): string {
  if (Number.isInteger(value) && Math.abs(value) < LARGEST_PLAIN) {
    return String(value + 0);
  }
  // C writes at least two digits of an exponent.
  return value.toExponential(16).replace(/e([+-])(\d)$/, "e$10$2");
}

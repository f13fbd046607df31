import type { PolicyHost } from "../types";

/** Fields of a query, a form or cookies, in order, by their place in the lists. Runs apart, since it loops. */
export interface Fields {
  /** Without escapes. */
  readonly names: readonly string[];
  /** As they were sent. */
  readonly values: readonly string[];
  /** Whether anything has asked for it. */
  readonly used: boolean[];
  unused: number;
}

export function readFields(text: string, separator: string, host: PolicyHost): Fields {
  const names: string[] = [];
  const values: string[] = [];
  const used: boolean[] = [];
  if (text !== "") {
    for (const part of splitText(text, separator)) {
      const field = separator === ";" ? part.trim() : part;
      if (field !== "") {
        const sign = field.indexOf("=");
        const name = sign < 0 ? field : field.slice(0, sign);
        const isEscaped = name.indexOf("%") >= 0 || name.indexOf("+") >= 0;
        names.push(isEscaped ? host.unescapeUri(name) : name);
        values.push(sign < 0 ? "" : field.slice(sign + 1));
        used.push(false);
      }
    }
  }
  return { names, values, used, unused: names.length };
}

/** The parts between separators; none of an empty text. */
export function splitText(text: string, separator: string): string[] {
  const parts: string[] = [];
  if (text === "") {
    return parts;
  }
  let from = 0;
  let end = text.indexOf(separator);
  while (end >= 0) {
    parts.push(text.slice(from, end));
    from = end + separator.length;
    end = text.indexOf(separator, from);
  }
  parts.push(text.slice(from));
  return parts;
}

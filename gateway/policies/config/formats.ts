import type { Schema } from "./schema-values";
import { translatePattern } from "./translate-pattern";

/** Days of a month are not counted: 31 days have all of them. */
const DATE = "\\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\\d|3[01])";
const TIME = "([01]\\d|2[0-3]):[0-5]\\d:([0-5]\\d|60)(\\.\\d+)?([Zz]|[+-]\\d{2}:\\d{2})";
const BYTE = "(25[0-5]|2[0-4]\\d|1?\\d?\\d)";
const IPV4 = `${BYTE}(\\.${BYTE}){3}`;
const H16 = "[0-9A-Fa-f]{1,4}";
/** RFC 3986 §3.2.2, one line per place of the "::". */
const IPV6 = [
  `(${H16}:){7}${H16}`,
  `(${H16}:){6}(${IPV4}|:${H16})`,
  `(${H16}:){1,7}:`,
  `(${H16}:){1,5}(:${H16}){1,2}`,
  `(${H16}:){1,4}(:${H16}){1,3}`,
  `(${H16}:){1,3}(:${H16}){1,4}`,
  `(${H16}:){1,2}(:${H16}){1,5}`,
  `${H16}:(:${H16}){1,6}`,
  `:(:${H16}){1,7}`,
  `(${H16}:){1,5}:(${H16}:){0,4}${IPV4}`,
  `::(${H16}:){0,5}${IPV4}`,
].join("|");
const LABEL = "[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?";

/** Formats of texts that are checked, as regular expressions that mean the same to JavaScript and PCRE; all others are notes. */
export const TEXT_FORMATS: Readonly<Record<string, string>> = {
  "date-time": `^${DATE}[Tt]${TIME}$`,
  date: `^${DATE}$`,
  time: `^${TIME}$`,
  uuid: "^[0-9A-Fa-f]{8}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{12}$",
  email: "^[^@\\s]+@[^@\\s]+$",
  hostname: `^(?=.{1,253}$)${LABEL}(\\.${LABEL})*$`,
  ipv4: `^${IPV4}$`,
  ipv6: `^(${IPV6})$`,
  /** A scheme, and no character that a URI cannot hold; what stands behind the scheme is the scheme's matter. */
  uri: "^[A-Za-z][A-Za-z0-9+.-]*:[!#$%&'()*+,./0-9:;=?@A-Z\\[\\]_a-z~-]*$",
};

/** Formats of numbers: the least and the greatest. */
export const NUMBER_FORMATS: Readonly<Record<string, readonly [number, number]>> = {
  int32: [-(2 ** 31), 2 ** 31 - 1],
  int64: [-(2 ** 63), 2 ** 63],
};

/** Adds to a node what its format asks. */
export function readFormat(
  schema: Schema,
  node: Record<string, unknown>,
  patterns: { pattern: string; message: string }[],
): void {
  const { format } = schema;
  if (typeof format !== "string") {
    return;
  }
  const text = Object.hasOwn(TEXT_FORMATS, format) ? TEXT_FORMATS[format] : undefined;
  if (text !== undefined) {
    const translated = translatePattern(text);
    patterns.push({ pattern: translated.ok ? translated.pattern : "", message: `must be a ${format}` });
  }
  const bounds = Object.hasOwn(NUMBER_FORMATS, format) ? NUMBER_FORMATS[format] : undefined;
  if (bounds !== undefined) {
    const [least, greatest] = bounds;
    const { minimum = least, maximum = greatest } = node as { minimum?: number; maximum?: number };
    node.minimum = Math.max(minimum, least);
    node.maximum = Math.min(maximum, greatest);
  }
}

import { LONGEST_TEMPLATE } from "../contract/bundle";

/** One segment of a path template, between two slashes. */
export type TemplateSegment =
  | { readonly kind: "literal"; readonly text: string }
  | { readonly kind: "parameter" }
  /** Text and parameters mixed: the fixed texts before, between and after the parameters. */
  | { readonly kind: "pattern"; readonly texts: readonly string[] };

export type ParsedTemplate =
  | { readonly ok: true; readonly segments: readonly TemplateSegment[] }
  | { readonly ok: false; readonly message: string };

/**
 * Parses an OpenAPI path template ("/repos/{owner}/compare/{base}...{head}") into segments whose fixed texts are in the normal form
 * that the router compares with (RFC 3986 §6.2.2: unreserved characters decoded, other escapes in upper case). "/" is one empty literal.
 */
export function parsePathTemplate(path: string): ParsedTemplate {
  if (!path.startsWith("/")) {
    return { ok: false, message: "a path starts with a slash" };
  }
  if (path.includes("?") || path.includes("#")) {
    return { ok: false, message: "a path cannot hold a query or a fragment: requests are routed by path and method" };
  }
  const texts = path.slice(1).split("/");
  if (texts.length > LONGEST_TEMPLATE) {
    return {
      ok: false,
      message: `a path cannot have more than ${LONGEST_TEMPLATE} segments, and this has ${texts.length}`,
    };
  }
  const segments: TemplateSegment[] = [];
  for (const text of texts) {
    const segment = parseSegment(text);
    if (typeof segment === "string") {
      return { ok: false, message: segment };
    }
    segments.push(segment);
  }
  return { ok: true, segments };
}

function parseSegment(text: string): TemplateSegment | string {
  const texts = text.split(/\{[^{}]*\}/);
  if (texts.some((part) => part.includes("{") || part.includes("}"))) {
    return `the braces of "${text}" do not match`;
  }
  const normal: string[] = [];
  for (const part of texts) {
    const normalised = normaliseFixedText(part);
    if (normalised === undefined) {
      return `"${text}" holds a broken escape, an encoded slash, a backslash or a NUL, which the gateway refuses in requests`;
    }
    normal.push(normalised);
  }
  const [first = ""] = normal;
  if (normal.length === 1) {
    return isDotSegment(first)
      ? "a path cannot hold dot segments, which the gateway refuses in requests"
      : { kind: "literal", text: first };
  }
  if (normal.length === 2 && normal.every((part) => part === "")) {
    return { kind: "parameter" };
  }
  if (normal.slice(1, -1).includes("")) {
    return `the parameters in "${text}" touch each other, so nothing tells where one ends`;
  }
  return { kind: "pattern", texts: normal };
}

/** As the gateway sees it: some servers take what follows a ";" for parameters of the segment. */
function isDotSegment(text: string): boolean {
  const [plain] = text.split(/;|%3B/);
  return plain === "." || plain === "..";
}

const UNRESERVED = /[A-Za-z0-9\-._~]/;
/** RFC 3986 pchar without the percent sign: what may stand in a path segment as it is. */
const PATH_CHARACTER = /[A-Za-z0-9\-._~!$&'()*+,;=:@]/;

/** The normal form of a fixed text, or undefined when the gateway would refuse every request that held it. */
export function normaliseFixedText(text: string): string | undefined {
  let result = "";
  for (let index = 0; index < text.length;) {
    if (text[index] === "%") {
      const digits = text.slice(index + 1, index + 3);
      if (!/^[0-9A-Fa-f]{2}$/.test(digits)) {
        return undefined;
      }
      const character = String.fromCharCode(Number.parseInt(digits, 16));
      if (character === "/" || character === "\\" || character === "\0") {
        return undefined;
      }
      result += UNRESERVED.test(character) ? character : `%${digits.toUpperCase()}`;
      index += 3;
      continue;
    }
    const character = String.fromCodePoint(text.codePointAt(index) ?? 0);
    if (character === "\\" || character === "\0") {
      return undefined;
    }
    result += PATH_CHARACTER.test(character) ? character : percentEncode(character);
    index += character.length;
  }
  return result;
}

function percentEncode(character: string): string {
  return [...Buffer.from(character, "utf8")]
    .map((byte) => `%${byte.toString(16).toUpperCase().padStart(2, "0")}`)
    .join("");
}

/** White space to JavaScript that is none to PCRE. */
const MORE_SPACES = "\\x{a0}\\x{1680}\\x{2000}-\\x{200a}\\x{2028}\\x{2029}\\x{202f}\\x{205f}\\x{3000}\\x{feff}";
/** Escapes with a letter or digit that mean the same to both. */
const SAME_ESCAPES = /^\\[dDwWbBnrtf0]/;
/** A group by its number or name; in a class digits are a character's. */
const BACKREFERENCE = /^\\(?:([1-9]\d*)|k<([A-Za-z_]\w*)>)/;
const CATEGORY =
  /^\\[pP]\{(?:(?:General_Category|gc)=)?(L|Lu|Ll|Lt|Lm|Lo|M[nce]?|N[dlo]?|P[cdseifo]?|S[mcko]?|Z[slp]?|C[cfosn]?)\}/;
const SCRIPT = /^\\([pP])\{(?:Script|sc)=([A-Za-z_]+)\}/;
/** Several characters, in a class. */
const SEVERAL = /^\\(?:[dDwWsS]|[pP]\{[^}]*\})/;
const ENDS_WITH_SEVERAL = /(?:^|[^\\])(?:\\\\)*\\(?:[dDwWsS]|[pP]\{[^}]*\})$/;
/** A dash behind such, then what JavaScript takes for the end of this range, and PCRE for the beginning of the next. */
const BEGINS_NO_RANGE = /^-(?:\\u[\dA-Fa-f]{4}|\\x[\dA-Fa-f]{2}|\\[^]|[^\\\]])-(?!\])/;
/** Of PCRE's groups. */
const GROUP_NAME = /^[A-Za-z_]\w{0,31}$/;
/** PCRE counts no further. */
const MOST_REPEATS = 65_535;

export type TranslatedPattern =
  { readonly ok: true; readonly pattern: string } | { readonly ok: false; readonly message: string };

/**
 * Turns a regular expression of JavaScript, which is what JSON Schema's patterns are, into one that means the same to PCRE with UTF-8, or says
 * what stands in the way: what PCRE would read otherwise must not be published.
 */
export function translatePattern(text: string): TranslatedPattern {
  const problem = syntaxProblem(text);
  if (problem !== undefined) {
    return { ok: false, message: problem };
  }
  const groups = countGroups(text);
  let translated = "";
  let isInClass = false;
  for (let index = 0; index < text.length;) {
    const rest = text.slice(index);
    const character = text.charAt(index);
    if (character === "\\") {
      const escape = translateEscape(rest, isInClass, groups);
      if (escape === undefined) {
        return {
          ok: false,
          message: `the gateway does not know ${/^\\.(\{[^}]*\})?/su.exec(rest)?.[0] ?? "\\"} in a pattern`,
        };
      }
      translated += escape.pattern;
      index += escape.length;
      continue;
    }
    const found: Piece = isInClass ? translateInClass(rest, text.slice(0, index)) : translateOutside(rest);
    if (found.message !== undefined) {
      return { ok: false, message: found.message };
    }
    translated += found.pattern;
    index += found.length;
    isInClass = found.isInClass;
  }
  // Of what must follow first, this PCRE takes a character for one that must come twice.
  const isMisread = text.includes("(?=") && !text.startsWith("^");
  return { ok: true, pattern: isMisread ? `(*NO_START_OPT)${translated}` : translated };
}

/** The whole, or nothing: which matches nothing, and has every group all the same. */
function countGroups(text: string): number {
  const flags = isPattern(text, "u") ? "u" : "";
  return (new RegExp(`${text}|`, flags).exec("")?.length ?? 1) - 1;
}

function isPattern(text: string, flags: string): boolean {
  try {
    new RegExp(text, flags);
    return true;
  } catch {
    return false;
  }
}

interface Piece {
  readonly pattern: string;
  readonly length: number;
  readonly isInClass: boolean;
  readonly message?: string;
}

function syntaxProblem(text: string): string | undefined {
  if (isPattern(text, "u")) {
    return undefined;
  }
  try {
    // Documents are full of escapes that only the stricter reading refuses.
    new RegExp(text);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : "no regular expression";
  }
}

function translateInClass(rest: string, before: string): Piece {
  const character = rest.charAt(0);
  if (character === "-" && (SEVERAL.test(rest.slice(1)) || ENDS_WITH_SEVERAL.test(before))) {
    // No range has these at an end: the dash is one. PCRE would refuse it.
    const piece = { pattern: "\\-", length: 1, isInClass: true };
    return BEGINS_NO_RANGE.test(rest)
      ? { ...piece, message: "in a class, a range may not follow one with \\d or the like" }
      : piece;
  }
  // To PCRE "[:", "[." and "[=" begin a class of POSIX, also where the bracket opens this one.
  const pattern = "[:.=".includes(character) ? `\\${character}` : literal(character);
  return { pattern, length: 1, isInClass: character !== "]" };
}

function translateOutside(rest: string): Piece {
  const piece = (pattern: string, length = 1): Piece => ({ pattern, length, isInClass: false });
  const character = rest.charAt(0);
  if (rest.startsWith("[^]")) {
    return piece("[\\s\\S]", 3);
  }
  if (rest.startsWith("[]")) {
    return piece("(?!)", 2);
  }
  if (character === "[") {
    const length = rest.startsWith("[^") ? 2 : 1;
    return { pattern: rest.slice(0, length), length, isInClass: true };
  }
  if (/^\(\?<[=!]/.test(rest) && /[*+?{|]|\\[1-9k]/.test(insideOf(rest.slice(4)))) {
    return { ...piece(""), message: "the gateway looks behind only by a fixed number of characters" };
  }
  const [, name] = /^\(\?<([^=!>][^>]*)>/.exec(rest) ?? [];
  if (name !== undefined && !GROUP_NAME.test(name)) {
    return { ...piece(""), message: "the gateway knows groups by names of up to 32 letters of ASCII" };
  }
  const [, from, to] = /^\{(\d+)(?:,(\d*))?\}/.exec(rest) ?? [];
  if (Math.max(Number(from ?? 0), Number(to ?? 0)) > MOST_REPEATS) {
    return { ...piece(""), message: `the gateway repeats at most ${MOST_REPEATS} times in a pattern` };
  }
  // `$` may stand before a last line break in PCRE, and only "\n" is no character to its dot.
  return piece(character === "$" ? "\\z" : character === "." ? "[^\\n\\r\\x{2028}\\x{2029}]" : literal(character));
}

/** nginx gives PCRE a text that ends at a NUL. */
function literal(character: string): string {
  return character === "\0" ? "\\x00" : character;
}

/** Up to the bracket that closes it. */
function insideOf(text: string): string {
  let depth = 0;
  for (let index = 0; index < text.length; index += 1) {
    const character = text.charAt(index);
    if (character === "\\") {
      index += 1;
    } else if (character === "(") {
      depth += 1;
    } else if (character === ")") {
      if (depth === 0) {
        return text.slice(0, index);
      }
      depth -= 1;
    }
  }
  return text;
}

function translateEscape(
  rest: string,
  isInClass: boolean,
  groups: number,
): { readonly pattern: string; readonly length: number } | undefined {
  const [unicode, long, high, low, short] =
    /^\\u(?:\{([0-9A-Fa-f]+)\}|(d[89ab][0-9A-Fa-f]{2})\\u(d[c-f][0-9A-Fa-f]{2})|([0-9A-Fa-f]{4}))/i.exec(rest) ?? [];
  if (unicode !== undefined) {
    const code =
      high === undefined || low === undefined
        ? Number.parseInt(long ?? short ?? "", 16)
        : String.fromCharCode(Number.parseInt(high, 16), Number.parseInt(low, 16)).codePointAt(0);
    // Half a character, which no UTF-8 text has.
    return code === undefined || (code >= 0xd800 && code < 0xe000)
      ? undefined
      : { pattern: `\\x{${code.toString(16)}}`, length: unicode.length };
  }
  const [hex] = /^\\x[0-9A-Fa-f]{2}/.exec(rest) ?? [];
  const [category] = CATEGORY.exec(rest) ?? [];
  if (hex !== undefined || category !== undefined) {
    const same = hex ?? category ?? "";
    return { pattern: same.replace(/(General_Category|gc)=/, ""), length: same.length };
  }
  const [script, p, name] = SCRIPT.exec(rest) ?? [];
  if (script !== undefined) {
    return { pattern: `\\${p ?? "p"}{${name ?? ""}}`, length: script.length };
  }
  const escape = rest.slice(0, 2);
  if (escape === "\\s") {
    return { pattern: isInClass ? `\\s${MORE_SPACES}` : `[\\s${MORE_SPACES}]`, length: 2 };
  }
  if (escape === "\\S") {
    return isInClass ? undefined : { pattern: `[^\\s${MORE_SPACES}]`, length: 2 };
  }
  if (isInClass && escape === "\\B") {
    return { pattern: "B", length: 2 };
  }
  if (escape === "\\v") {
    return { pattern: "\\x0b", length: 2 };
  }
  if (escape === "\\\0") {
    return { pattern: "\\x00", length: 2 };
  }
  const backreference = isInClass ? null : BACKREFERENCE.exec(rest);
  if (backreference !== null) {
    return translateBackreference(backreference, groups);
  }
  // Letters without a meaning to JavaScript may have one to PCRE.
  return SAME_ESCAPES.test(escape) || /^\\[^A-Za-z0-9]/.test(escape) ? { pattern: escape, length: 2 } : undefined;
}

/** To a group that has matched nothing yet: to JavaScript it is empty, to PCRE it does not match. */
function translateBackreference([whole, number, name]: RegExpExecArray, groups: number) {
  return number !== undefined && Number(number) > groups
    ? undefined
    : { pattern: `(?(${number ?? `<${name ?? ""}>`})${whole})`, length: whole.length };
}

import fc from "fast-check";
import { expect, it } from "vitest";
import { describeLua } from "../../testing/describe-lua";
import { translatePattern } from "./translate-pattern";

/** What patterns are made of, the curious things among them that JavaScript takes without its flag `u`. */
const inClass = fc.constantFrom(
  ...[
    "a",
    "-",
    ".",
    "+",
    "[",
    "^",
    "\\s",
    "\\w",
    "\\d",
    "\\-",
    "\\]",
    "\\n",
    "\0",
    "a-f",
    "é",
    "\\u00e9",
    "\\B",
    "\\x41",
  ],
);
const characters = fc
  .record({ isNegated: fc.boolean(), parts: fc.array(inClass, { minLength: 1, maxLength: 4 }) })
  .map(({ isNegated, parts }) => `[${isNegated ? "^" : ""}${parts.join("")}]`);
const atom = fc.oneof(
  fc.constantFrom(
    ...[
      "a",
      "b",
      "-",
      ".",
      "\\.",
      "\\s",
      "\\S",
      "\\w",
      "\\d",
      "\\b",
      "^",
      "$",
      "\\n",
      "\\0",
      "\0",
      "\\\0",
      "é",
      "\\u00e9",
    ],
    ...[
      "(a)",
      "(b)?",
      "(?:a|b)",
      "(?<one>a)",
      "(?=a)",
      "(?!b)",
      "(?<=a)",
      "\\1",
      "\\2",
      "(?:\\1)",
      "[]",
      "[^]",
      "a{1,2}",
      "{",
      "]",
    ],
  ),
  characters,
);
const pattern = fc
  .array(fc.tuple(atom, fc.constantFrom("", "", "", "?", "*", "+?")), { minLength: 1, maxLength: 5 })
  .map((pieces) => pieces.map((piece) => piece.join("")).join(""))
  .filter(isPattern);

const TEXTS = [
  "",
  "a",
  "b",
  "aa",
  "ab",
  "ba",
  "aba",
  "bb",
  "a b",
  "a-b",
  "a.b",
  "-",
  ".",
  "+",
  "[",
  "]",
  "^",
  "é",
  "\u00a0",
].concat(...[["\ufeff", "\n", "a\n", "\0", "a\0b", "\u2028", "{", "1", "_", "B", "A", "\u0001", "~", "€"]]);

function isPattern(text: string): boolean {
  try {
    new RegExp(text);
    return true;
  } catch {
    return false;
  }
}

describeLua("patterns, translated for PCRE", (lua) => {
  async function compare(text: string): Promise<void> {
    const translated = translatePattern(text);
    if (translated.ok) {
      const found = await lua().call<boolean[]>("matches", { pattern: translated.pattern, texts: TEXTS });
      const wanted = new RegExp(text);
      expect(found, translated.pattern).toEqual(TEXTS.map((each) => wanted.test(each)));
    }
  }

  it.each([
    "^[\\w\\s-.]+$",
    "^[+-\\s]$",
    "^(?:(a)|b)\\1$",
    "^\\1(a)$",
    "^(?<one>a)?b\\k<one>$",
    "^\0$",
    "^\\\0[\0]?$",
    "[\\B]",
  ])("match what they match in JavaScript: %j", async (text) => {
    expect(translatePattern(text).ok).toBe(true);
    await compare(text);
  });

  it("match what they match in JavaScript, whatever they are made of", { timeout: 60_000 }, async () => {
    await fc.assert(fc.asyncProperty(pattern, compare), { numRuns: 3_000 });
  });

  it.each(["(a)\\2", "(?<=(a)\\1)b", `(?<${"x".repeat(33)}>a)`, "(?<é>a)"])(
    "are refused where they would not: %s",
    (text) => {
      expect(translatePattern(text)).toMatchObject({ ok: false });
    },
  );
});

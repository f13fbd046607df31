import fc from "fast-check";
import { expect, it } from "vitest";
import { normaliseFixedText, parsePathTemplate } from "../../compiler/path-template";
import { describeLua } from "../../testing/describe-lua";

const RUNS = { numRuns: 300, seed: 20260804 } as const;

/** What RFC 3986 lets stand in a segment, plus what makes a path ambiguous. */
const PARTS = [
  ..."aZ0-._~!$&'()*+,;=:@".split(""),
  ...["%41", "%7e", "%7E", "%2e", "%2E", "%3a", "%C3%A9", "%c3%a9", "%20", "%25"],
  ...["%2f", "%2F", "%5c", "%5C", "%00", "\\", "%", "%z", "%4", "%zz"],
];
const texts = fc.array(fc.constantFrom(...PARTS), { maxLength: 8 }).map((parts) => parts.join(""));

describeLua("the normal form of paths on LuaJIT", (lua) => {
  const normalise = (paths: readonly string[]) => lua().call<(string | false)[]>("normalise", { paths });

  it("is, for every segment, the one that the compiler gives to templates, and both refuse the same", async () => {
    const property = fc.asyncProperty(fc.array(texts, { minLength: 1, maxLength: 30 }), async (segments) => {
      // A dot segment is the path's matter, not the text's: the letter keeps it from being one.
      const found = await normalise(segments.map((segment) => `/x${segment}`));
      const expected = segments.map((segment) => normaliseFixedText(`x${segment}`));
      expect(found).toEqual(expected.map((text) => (text === undefined ? false : `/${text}`)));
    });
    await fc.assert(property, RUNS);
  });

  it("lets every literal template that the compiler takes be reached by the path as it is written", async () => {
    const property = fc.asyncProperty(fc.array(texts, { minLength: 1, maxLength: 4 }), async (segments) => {
      const path = `/${segments.join("/")}`;
      const template = parsePathTemplate(path);
      fc.pre(template.ok);
      const literal = template.segments.map((segment) => (segment.kind === "literal" ? segment.text : ""));
      expect(await normalise([path])).toEqual([`/${literal.join("/")}`]);
    });
    await fc.assert(property, RUNS);
  });

  it("stays as it is when it is made again", async () => {
    const property = fc.asyncProperty(texts, async (text) => {
      const [once = false] = await normalise([`/${text}`]);
      fc.pre(once !== false);
      expect(await normalise([once])).toEqual([once]);
    });
    await fc.assert(property, RUNS);
  });

  it("refuses dot segments in every spelling, and only those", async () => {
    const refused = [
      "/.",
      "/..",
      "/a/./b",
      "/a/..",
      "/%2e",
      "/%2E%2e/a",
      "/.%2e",
      "/..;v=1",
      "/a/.;x/b",
      "/%2e%2e;/a",
      "/..%3b",
      "/a/.%3Bx/b",
    ];
    expect(await normalise(refused)).toEqual(refused.map(() => false));
    const taken = ["/...", "/.a", "/a.", "/..a", "/a..b/c", "/;..", "/.well-known/x", "//", "/a//b"];
    expect(await normalise(taken)).toEqual(taken);
  });
});

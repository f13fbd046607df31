import fc from "fast-check";
import { expect, it } from "vitest";
import { parsePathTemplate, type TemplateSegment } from "../compiler/path-template";
import { buildRouteTree } from "../compiler/route-tree";
import { describeLua } from "../testing/describe-lua";
import { FUZZ_SEED } from "../testing/fuzz-seed";

/** Bounded: some 60,000 targets in a few seconds, and fewer where that would take longer than a test may. */
const RUNS = { numRuns: 2000, seed: FUZZ_SEED, interruptAfterTimeLimit: 10_000 } as const;
const TARGETS_PER_RUN = 30;

const TEMPLATES = [
  "/",
  "/items",
  "/items/{id}",
  "/items/{id}/parts/{part}",
  "/{any}/x",
  "/files/{name}.json",
  "/a b/é",
  "/...",
];
const routes = TEMPLATES.map((path, operation) => ({ method: "GET", operation, segments: segmentsOf(path) }));
const tree = buildRouteTree(routes);

function segmentsOf(path: string): readonly TemplateSegment[] {
  const template = parsePathTemplate(path);
  if (!template.ok) {
    throw new Error(template.message);
  }
  return template.segments;
}

/** Any bytes, and what means something in a path more often than chance would have it. */
const bytes = fc.oneof(
  { weight: 1, arbitrary: fc.uint8Array({ maxLength: 4 }).map((array) => Buffer.from(array)) },
  {
    weight: 4,
    arbitrary: fc
      .constantFrom(
        ...[
          "/",
          "/",
          "/",
          "//",
          ".",
          "..",
          "%2e",
          "%2E%2e",
          "%2f",
          "%5C",
          "\\",
          "%00",
          "%",
          "%4",
          "%zz",
          "%25",
          "%252e",
          "%c3%a9",
        ],
        ...[
          "items",
          "it%65ms",
          "ITEMS",
          "files",
          ".json",
          "a%20b",
          "a b",
          "\u00e9",
          ";",
          ";v=1",
          "x",
          "parts",
          "...",
          "%3B",
          "+",
          "#",
          "\u0000",
        ],
      )
      .map((text) => Buffer.from(text, "utf8")),
  },
);
const targets = fc.array(bytes, { maxLength: 12 }).map((parts) => Buffer.concat([Buffer.from("/"), ...parts]));

interface Answer {
  readonly path: string | false;
  readonly straight: Readonly<Record<string, number>> | false;
  readonly deep: Readonly<Record<string, number>> | false;
}

/** RFC 3986 §3.3; what has to be escaped and is not need not be found. */
const IS_URI = /^[A-Za-z0-9\-._~!$&'()*+,;=:@%/]*$/;

/** What a server reads: the bytes between slashes, with every whole escape decoded, once. */
function read(target: Buffer): string[] {
  return target
    .toString("latin1")
    .replace(/%([0-9a-f]{2})/gi, (_escape, digits: string) => String.fromCharCode(Number.parseInt(digits, 16)))
    .split("/");
}

/** Whether servers agree on what a target means: this is the definition that the router is held to, not its code. */
function isPlain(target: Buffer): boolean {
  const text = target.toString("latin1");
  const hasBrokenEscape = /%(?![0-9a-f]{2})/i.test(text);
  const hidden = /%2f|%5c|%00|\\/i.test(text);
  const hasDots = read(target).some((segment) => [".", ".."].includes(segment.split(";")[0] ?? ""));
  return !hasBrokenEscape && !hidden && !hasDots;
}

function fitsTemplate(path: string, segments: readonly string[]): boolean {
  const literal = (text: string) => read(Buffer.from(`/${text}`, "latin1"))[1] ?? "";
  const template = segmentsOf(path);
  return (
    template.length === segments.length - 1 &&
    template.every((segment, index) => {
      const text = segments[index + 1] ?? "";
      switch (segment.kind) {
        case "literal":
          return literal(segment.text) === text;
        case "parameter":
          return text !== "";
        case "pattern":
          // The only one here: text behind the parameter, which takes at least a byte.
          return text.endsWith(segment.texts.join("")) && text.length > segment.texts.join("").length;
      }
    })
  );
}

describeLua("whatever bytes a client sends as a path, on LuaJIT", (lua) => {
  it("are refused, or mean to the upstream exactly what was matched; nothing fails", async () => {
    const property = fc.asyncProperty(
      fc.array(targets, { minLength: TARGETS_PER_RUN, maxLength: TARGETS_PER_RUN }),
      async (asked) => {
        const answers = await lua().call<Answer[]>("fuzz", {
          routes: tree,
          targets: asked.map((target) => target.toString("hex")),
        });
        expect(answers.map(({ path }) => path !== false)).toEqual(asked.map(isPlain));
        answers.forEach(({ path, straight, deep }, index) => {
          const sent = asked[index] ?? Buffer.of();
          expect(deep, sent.toString("latin1")).toEqual(straight);
          if (path !== false) {
            const forwarded = Buffer.from(path, "hex");
            expect(read(forwarded)).toEqual(read(sent));
            const found = straight === false ? undefined : straight["GET"];
            const fitting = TEMPLATES.filter((template) => fitsTemplate(template, read(forwarded)));
            if (found !== undefined) {
              expect(fitting, sent.toString("latin1")).toContain(TEMPLATES[found]);
            } else if (IS_URI.test(sent.toString("latin1"))) {
              expect(fitting, sent.toString("latin1")).toEqual([]);
            }
          }
        });
      },
    );
    await fc.assert(property, RUNS);
  });
});

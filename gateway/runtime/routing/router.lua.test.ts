import fc from "fast-check";
import { expect, it } from "vitest";
import { checkRoutes } from "../../compiler/check-routes";
import { parsePathTemplate, type TemplateSegment } from "../../compiler/path-template";
import { buildRouteTree, comparePatterns, matchesPattern } from "../../compiler/route-tree";
import { describeLua } from "../../testing/describe-lua";

const RUNS = { numRuns: 1000, seed: 20260803 } as const;

interface Operation {
  readonly method: string;
  readonly path: string;
}

/** Method → index of the operation, false where nothing matches. */
type Found = Readonly<Record<string, number>> | false;

/** Mixed segments of which one segment can fit two only if the longer implies the shorter: for these the order is fully defined. */
const PATTERN_FAMILIES = [
  ["{p}.json", "{p}.tar.json", "{p}:cancel"],
  ["v{p}", "ve{p}", "a{p}"],
  ["{p}-{q}", "{p}--{q}", "{p}-{q}-{r}"],
] as const;

const PATH_SEGMENTS = [
  "a",
  "b",
  "ab",
  "",
  "x",
  "a.json",
  "x.tar.json",
  ".json",
  "a:cancel",
  "v",
  "ve1",
  "v1",
  "a-b",
  "a--b",
  "a-b-c",
];

const methods = fc.constantFrom("GET", "POST", "HEAD");
const paths = fc
  .array(fc.constantFrom(...PATH_SEGMENTS), { minLength: 1, maxLength: 4 })
  .map((segments) => `/${segments.join("/")}`);

function operationsOf(patterns: readonly string[]): fc.Arbitrary<Operation[]> {
  const segment = fc.oneof(
    { weight: 3, arbitrary: fc.constantFrom("a", "b", "ab", "a.json", "ve1") },
    { weight: 3, arbitrary: fc.constant("{p}") },
    { weight: 2, arbitrary: fc.constantFrom(...patterns) },
  );
  const path = fc
    .tuple(fc.array(segment, { minLength: 1, maxLength: 4 }), fc.boolean())
    .map(([segments, endsInSlash]) => `/${segments.join("/")}${endsInSlash ? "/" : ""}`);
  return fc.uniqueArray(fc.record({ method: methods, path }), {
    minLength: 1,
    maxLength: 10,
    selector: (operation) => `${operation.method} ${operation.path}`,
  });
}

function parse(path: string): readonly TemplateSegment[] {
  const template = parsePathTemplate(path);
  if (!template.ok) {
    throw new Error(template.message);
  }
  return template.segments;
}

function fits(segment: TemplateSegment, text: string): boolean {
  switch (segment.kind) {
    case "literal":
      return segment.text === text;
    case "pattern":
      return matchesPattern(text, segment.texts);
    case "parameter":
      return text !== "";
  }
}

/** Literal before pattern before parameter; of two patterns the one with more fixed text. */
function compareSegments(left: TemplateSegment, right: TemplateSegment): number {
  const rank = { literal: 0, pattern: 1, parameter: 2 } as const;
  if (left.kind === "pattern" && right.kind === "pattern") {
    return left.texts.join("\0") === right.texts.join("\0") ? 0 : comparePatterns(left.texts, right.texts);
  }
  return rank[left.kind] - rank[right.kind];
}

/** The definition, over the plain list: every template that fits, left-most segments first; each fills in the methods still missing. */
function findNaively(operations: readonly Operation[], path: string): Found {
  const texts = path.slice(1).split("/");
  const fitting = operations
    .map((operation, index) => ({ ...operation, index, segments: parse(operation.path) }))
    .filter(
      ({ segments }) =>
        segments.length === texts.length && segments.every((segment, at) => fits(segment, texts[at] ?? "")),
    );
  const templates = [...new Set(fitting.map((operation) => operation.path))].map((template) =>
    fitting.filter((operation) => operation.path === template),
  );
  templates.sort((left, right) => {
    const differences = left[0]!.segments.map((segment, at) => compareSegments(segment, right[0]!.segments[at]!));
    return differences.find((difference) => difference !== 0) ?? 0;
  });
  const found: Record<string, number> = {};
  for (const template of templates) {
    const own = Object.fromEntries(template.map(({ method, index }) => [method, index]));
    // HEAD follows the GET of the same template, unless a more specific one has said something.
    const head = own.HEAD ?? own.GET;
    for (const [method, index] of Object.entries({ ...own, ...(head !== undefined && { HEAD: head }) })) {
      found[method] ??= index;
    }
  }
  return templates.length === 0 ? false : found;
}

function treeOf(operations: readonly Operation[]) {
  fc.pre(checkRoutes(operations).length === 0);
  return buildRouteTree(
    operations.map(({ method, path }, operation) => ({ method, operation, segments: parse(path) })),
  );
}

/** A node on the way to deeper templates has no methods: the gateway answers 404 there, as where there is no node. */
function simplify(found: Found): Found {
  return found !== false && Object.keys(found).length === 0 ? false : found;
}

describeLua("the router on LuaJIT", (lua) => {
  const match = async (operations: readonly Operation[], asked: readonly string[]) => {
    const answers = await lua().call<{ straight: Found; deep: Found }[]>("match", {
      routes: treeOf(operations),
      paths: asked,
    });
    return answers.map(({ straight, deep }) => ({ straight: simplify(straight), deep: simplify(deep) }));
  };

  it.each(PATTERN_FAMILIES.map((family) => [family.join(" "), family] as const))(
    "finds what a search through all templates finds, straight and deep, with patterns like %s",
    async (_name, family) => {
      const property = fc.asyncProperty(
        operationsOf(family),
        fc.array(paths, { minLength: 1, maxLength: 20 }),
        async (operations, asked) => {
          const answers = await match(operations, asked);
          const expected = asked.map((path) => findNaively(operations, path));
          expect(answers.map(({ straight }) => straight)).toEqual(expected);
          expect(answers.map(({ deep }) => deep)).toEqual(expected);
        },
      );
      await fc.assert(property, RUNS);
    },
  );

  it("with overlapping patterns of any kind finds a path if and only if some template fits it, and only what fits", async () => {
    const property = fc.asyncProperty(
      operationsOf(PATTERN_FAMILIES.flat()),
      fc.array(paths, { minLength: 1, maxLength: 20 }),
      async (operations, asked) => {
        const answers = await match(operations, asked);
        answers.forEach(({ straight, deep }, index) => {
          const texts = (asked[index] ?? "").slice(1).split("/");
          const isMatch = (path: string) => {
            const segments = parse(path);
            return segments.length === texts.length && segments.every((segment, at) => fits(segment, texts[at] ?? ""));
          };
          expect(deep).toEqual(straight);
          expect(straight !== false).toBe(operations.some(({ path }) => isMatch(path)));
          for (const [method, operation] of Object.entries(straight === false ? {} : straight)) {
            const found = operations[operation]!;
            expect(isMatch(found.path)).toBe(true);
            expect(method === "HEAD" ? ["GET", "HEAD"] : [method]).toContain(found.method);
          }
        });
      },
    );
    await fc.assert(property, RUNS);
  });

  it("goes on past the segments that it handles without a loop", async () => {
    const long = Array.from({ length: 40 }, (_unused, index) => (index % 3 === 0 ? "{p}" : `s${index}`));
    const operations = [{ method: "GET", path: `/${long.join("/")}` }];
    const path = `/${long.map((segment) => (segment === "{p}" ? "value" : segment)).join("/")}`;
    const answers = await match(operations, [
      path,
      `${path}/`,
      `${path}/x`,
      path.replace("s38", "s3"),
      path.replace("value", ""),
    ]);
    const found = { GET: 0, HEAD: 0 };
    expect(answers.map(({ straight }) => straight)).toEqual([found, false, false, false, false]);
    expect(answers.map(({ deep }) => deep)).toEqual([found, false, false, false, false]);
  });
});

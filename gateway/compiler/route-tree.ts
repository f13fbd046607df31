import type { RouteNode } from "../contract/bundle";
import type { TemplateSegment } from "./path-template";

/** A route as the tree takes it in; `operation` is an index into the chunk's operations. */
export interface Route {
  readonly method: string;
  readonly segments: readonly TemplateSegment[];
  readonly operation: number;
}

interface RawNode {
  readonly id: number;
  readonly literals: Map<string, RawNode>;
  readonly patterns: Map<string, { readonly texts: readonly string[]; readonly node: RawNode }>;
  parameter: RawNode | undefined;
  readonly methods: Map<string, number>;
}

/** The tree grew out of proportion: literals and parameters alternate so often that their combinations explode. */
export class RouteTreeTooLarge extends Error {
  override readonly name = "RouteTreeTooLarge";
}

/**
 * Builds the routing tree of one API version. The tree needs no backtracking at run time: below a literal it already holds what the
 * parameter beside it would match ("/a/b/c" and "/a/{x}/d" make the node "/a/b" know both c and d). Left-most segments decide:
 * literal, then pattern with the longest fixed text, then parameter; less specific templates fill in methods. HEAD follows GET.
 * A pattern likewise holds what fits each of its segments. Where two patterns only happen to fit the same segment ("v{x}" and "{x}.json"
 * for "v1.json"), the one with more fixed text decides alone, unless it leads nowhere.
 * @throws RouteTreeTooLarge
 */
export function buildRouteTree(routes: readonly Route[]): RouteNode {
  const raw = buildRawTree(routes);
  const budget = { nodes: raw.count * 50 + 10_000 };
  return determinise([raw.root], budget);
}

function buildRawTree(routes: readonly Route[]): { root: RawNode; count: number } {
  let count = 0;
  const newNode = (): RawNode => ({
    id: (count += 1),
    literals: new Map(),
    patterns: new Map(),
    parameter: undefined,
    methods: new Map(),
  });
  const root = newNode();
  for (const route of routes) {
    let node = root;
    for (const segment of route.segments) {
      node = childFor(node, segment, newNode);
    }
    addMethod(node, route);
    // The template "/" also answers at the base path without a trailing slash.
    if (route.segments.length === 1 && route.segments[0]?.kind === "literal" && route.segments[0].text === "") {
      addMethod(root, route);
    }
  }
  return { root, count };
}

function addMethod(node: RawNode, route: Route): void {
  node.methods.set(route.method, route.operation);
}

function childFor(node: RawNode, segment: TemplateSegment, newNode: () => RawNode): RawNode {
  switch (segment.kind) {
    case "literal": {
      const child = node.literals.get(segment.text) ?? newNode();
      node.literals.set(segment.text, child);
      return child;
    }
    case "parameter":
      return (node.parameter ??= newNode());
    case "pattern": {
      const key = segment.texts.join("\0");
      const child = node.patterns.get(key) ?? { texts: segment.texts, node: newNode() };
      node.patterns.set(key, child);
      return child.node;
    }
  }
}

/** Stands for a parameter's text; no template can hold it. */
const ANYTHING = "\0";

/** @param nodes raw nodes that match the same prefix, the one with the strongest claim first */
function determinise(nodes: readonly RawNode[], budget: { nodes: number }): RouteNode {
  budget.nodes -= 1;
  if (budget.nodes < 0) {
    throw new RouteTreeTooLarge("its templates mix literals and parameters in too many combinations");
  }
  const literals: Record<string, RouteNode> = {};
  for (const text of sortedKeys(nodes.flatMap((node) => [...node.literals.keys()]))) {
    literals[text] = determinise(
      nodes.flatMap((node) => claims(node, text)),
      budget,
    );
  }
  const patterns = sortedPatterns(nodes).map((texts) => ({
    texts,
    node: determinise(
      nodes.flatMap((node) => claims(node, texts.join(ANYTHING))),
      budget,
    ),
  }));
  const parameters = nodes.flatMap((node) => present(node.parameter));
  const methods = mergeMethods(nodes);
  return {
    ...(Object.keys(literals).length > 0 && { literals }),
    ...(parameters.length > 0 && { parameter: determinise(parameters, budget) }),
    ...(patterns.length > 0 && { patterns }),
    ...(Object.keys(methods).length > 0 && { methods }),
  };
}

/**
 * Children of `node` that match a segment, strongest claim first.
 * @param text a fixed segment, or a pattern's with ANYTHING in place of its parameters: whatever fits that fits every segment of the pattern
 */
function claims(node: RawNode, text: string): RawNode[] {
  const matching = [...node.patterns.values()].filter((pattern) => matchesPattern(text, pattern.texts));
  matching.sort((left, right) => comparePatterns(left.texts, right.texts));
  return [
    ...present(node.literals.get(text)),
    ...matching.map((pattern) => pattern.node),
    ...(text === "" ? [] : present(node.parameter)),
  ];
}

function mergeMethods(nodes: readonly RawNode[]): Record<string, number> {
  const merged = new Map<string, number>();
  for (const node of nodes) {
    const head = node.methods.get("HEAD") ?? node.methods.get("GET");
    for (const [method, operation] of node.methods) {
      if (!merged.has(method)) {
        merged.set(method, operation);
      }
    }
    if (head !== undefined && !merged.has("HEAD")) {
      merged.set("HEAD", head);
    }
  }
  return Object.fromEntries([...merged].sort(([left], [right]) => (left < right ? -1 : 1)));
}

function sortedPatterns(nodes: readonly RawNode[]): (readonly string[])[] {
  const byKey = new Map<string, readonly string[]>();
  for (const node of nodes) {
    for (const [key, pattern] of node.patterns) {
      byKey.set(key, pattern.texts);
    }
  }
  return [...byKey.values()].sort(comparePatterns);
}

/** More fixed text is more specific; the rest of the order only makes builds reproducible. */
export function comparePatterns(left: readonly string[], right: readonly string[]): number {
  const byLength = right.join("").length - left.join("").length;
  if (byLength !== 0) {
    return byLength;
  }
  return left.join("\0") < right.join("\0") ? -1 : 1;
}

/** Whether a segment fits a pattern: each parameter takes at least one character, as early a fixed text as possible. */
export function matchesPattern(segment: string, texts: readonly string[]): boolean {
  const [first = "", ...rest] = texts;
  const last = rest.pop() ?? "";
  if (!segment.startsWith(first)) {
    return false;
  }
  let from = first.length;
  for (const text of rest) {
    const found = segment.indexOf(text, from + 1);
    if (found < 0) {
      return false;
    }
    from = found + text.length;
  }
  return segment.length - last.length > from && segment.endsWith(last);
}

function sortedKeys(keys: readonly string[]): string[] {
  return [...new Set(keys)].sort();
}

function present<T>(value: T | undefined): T[] {
  return value === undefined ? [] : [value];
}

import type { RuntimeNode } from "./bundle";

/** Segments that the straight-line matcher handles before it goes over to a loop. */
const STRAIGHT_SEGMENTS = 12;

type Matcher = (this: void, root: RuntimeNode, path: string) => RuntimeNode | undefined;
type DeepMatcher = (this: void, node: RuntimeNode, path: string, from: number) => RuntimeNode | undefined;

/**
 * Finds the node of a normalised path (which starts with a slash): literal, else parameter, with no way back, as the compiler made the
 * tree for it. The matcher is generated, one stanza per segment, because LuaJIT does not compile a loop inside a request's path.
 */
export const matchRoute: Matcher = buildMatcher();

function buildMatcher(): Matcher {
  const stanza = `
    if node.patterns then return deep(node, path, from) end
    slash = find(path, "/", from, true)
    if slash then segment = sub(path, from, slash - 1) else segment = sub(path, from) end
    literals = node.literals
    child = literals and literals[segment]
    if not child then
      if segment == "" then return nil end
      child = node.parameter
      if not child then return nil end
    end
    if not slash then return child end
    node = child
    from = slash + 1`;
  const source = `
    local find, sub = string.find, string.sub
    local deep = ...
    return function(node, path)
      local from = 2
      local slash, segment, literals, child
      ${string.rep(stanza, STRAIGHT_SEGMENTS)}
      return deep(node, path, from)
    end`;
  const [chunk, problem] = loadstring(source, "=router");
  if (chunk === undefined) {
    return error(`the router does not compile: ${problem}`);
  }
  return (chunk as (this: void, deep: DeepMatcher) => Matcher)(matchDeep);
}

/** The same, for whatever is long or has mixed segments; backtracks between patterns. Exported for the tests that hold both equal. */
export function matchDeep(this: void, node: RuntimeNode, path: string, from: number): RuntimeNode | undefined {
  const [slash] = string.find(path, "/", from, true);
  const segment = slash === undefined ? string.sub(path, from) : string.sub(path, from, slash - 1);
  const literal = node.literals === undefined ? undefined : node.literals.get(segment);
  if (literal !== undefined) {
    return slash === undefined ? literal : matchDeep(literal, path, slash + 1);
  }
  if (segment === "") {
    return undefined;
  }
  if (node.patterns !== undefined) {
    for (const pattern of node.patterns) {
      if (fitsPattern(segment, pattern.texts)) {
        const found = slash === undefined ? pattern.node : matchDeep(pattern.node, path, slash + 1);
        if (found !== undefined && found.methods !== undefined) {
          return found;
        }
      }
    }
  }
  const parameter = node.parameter;
  if (parameter === undefined || slash === undefined) {
    return parameter;
  }
  return matchDeep(parameter, path, slash + 1);
}

/** Whether a segment fits fixed texts with at least one byte between any two of them (compiler/route-tree.ts: matchesPattern). */
function fitsPattern(segment: string, texts: readonly string[]): boolean {
  const count = texts.length;
  const first = texts[0] ?? "";
  const last = texts[count - 1] ?? "";
  if (string.sub(segment, 1, first.length) !== first) {
    return false;
  }
  let from = first.length;
  for (const index of $range(1, count - 2)) {
    const text = texts[index] ?? "";
    const [start, stop] = string.find(segment, text, from + 2, true);
    if (start === undefined || stop === undefined) {
      return false;
    }
    from = stop;
  }
  const tail = segment.length - last.length;
  return tail > from && string.sub(segment, tail + 1) === last;
}

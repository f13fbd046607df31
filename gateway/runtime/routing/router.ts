import type { RouteChoice, RuntimeNode } from "../release/bundle";

/** Segments that the straight-line matcher handles before it goes over to a loop. */
const STRAIGHT_SEGMENTS = 12;

type Matcher = (this: void, node: RuntimeNode, path: string, from: number, request: CData) => RuntimeNode | undefined;

/**
 * Finds the node of a normalised path (which starts with a slash): literal, else parameter, with no way back, as the compiler made the
 * tree for it. The matcher is generated, one stanza per segment, because LuaJIT does not compile a loop inside a request's path.
 *
 * `from` is where the first segment begins: 2 at the root. The request is only looked at where API versions share a base path. What ends at
 * such a place is returned as it is, for settleChoice.
 */
export const matchRoute: Matcher = buildMatcher();

function buildMatcher(): Matcher {
  const stanza = `
    if node.patterns then return deep(node, path, from, request) end
    slash = find(path, "/", from, true)
    literals = node.literals
    child = nil
    if literals then
      if slash then segment = sub(path, from, slash - 1) else segment = sub(path, from) end
      child = literals[segment]
    end
    if not child then
      if slash == from or from > #path then return nil end
      child = node.parameter
      if not child then return nil end
    end
    if not slash then return child end
    node = child
    from = slash + 1`;
  const source = `
    local find, sub = string.find, string.sub
    local deep = ...
    return function(node, path, from, request)
      local slash, segment, literals, child
      ${string.rep(stanza, STRAIGHT_SEGMENTS)}
      return deep(node, path, from, request)
    end`;
  const [chunk, problem] = loadstring(source, "=router");
  if (chunk === undefined) {
    return error(`the router does not compile: ${problem}`);
  }
  return (chunk as (this: void, deep: Matcher) => Matcher)(matchDeep);
}

/** From the root of a tree to whatever answers there. A node without methods has nothing there, or says why. */
export function matchRoot(root: RuntimeNode, path: string, request: CData): RuntimeNode | undefined {
  const node = matchRoute(root, path, 2, request);
  return node === undefined || node.choice === undefined ? node : settleChoice(node.choice, request);
}

/** Goes on to a longer base path if the path has one, else in the API version that the request means. */
function matchChoice(
  this: void,
  node: RuntimeNode,
  choice: RouteChoice,
  path: string,
  from: number,
  request: CData,
): RuntimeNode | undefined {
  if (node.literals !== undefined) {
    const [base, after] = longerBase(node, path, from);
    if (base !== undefined) {
      return after > path.length + 1 ? base : matchRoute(base, path, after, request);
    }
  }
  const chosen = settleChoice(choice, request);
  return chosen.refusal === undefined ? matchRoute(chosen, path, from, request) : chosen;
}

/** The next base path below a node that a path goes on to, and where its next segment begins. Loops: few base paths lie inside a choice. */
export function longerBase(
  node: RuntimeNode,
  path: string,
  from: number,
): LuaMultiReturn<[RuntimeNode | undefined, number]> {
  let child: RuntimeNode | undefined = node;
  let start = from;
  while (child !== undefined && child.literals !== undefined && start <= path.length + 1) {
    const [slash] = string.find(path, "/", start, true);
    const stop: number = slash ?? path.length + 1;
    child = child.literals.get(string.sub(path, start, stop - 1));
    start = stop + 1;
    if (child !== undefined && child.isBase === true) {
      return $multi(child, start);
    }
  }
  return $multi(undefined, start);
}

/** What a choice leads to: the root of an API version, or a refusal. No loop: behind a look for the version comes at most one choice more. */
export function settleChoice(choice: RouteChoice, request: CData): RuntimeNode {
  const chosen = choice.choose(request);
  return chosen.choice === undefined ? chosen : chosen.choice.choose(request);
}

/** The same, for whatever is long or has mixed segments; backtracks between patterns. Exported for the tests that hold both equal. */
export function matchDeep(
  this: void,
  node: RuntimeNode,
  path: string,
  from: number,
  request: CData,
): RuntimeNode | undefined {
  if (node.choice !== undefined) {
    return matchChoice(node, node.choice, path, from, request);
  }
  const [slash] = string.find(path, "/", from, true);
  const segment = slash === undefined ? string.sub(path, from) : string.sub(path, from, slash - 1);
  const literal = node.literals === undefined ? undefined : node.literals.get(segment);
  if (literal !== undefined) {
    return slash === undefined ? literal : matchDeep(literal, path, slash + 1, request);
  }
  if (segment === "") {
    return undefined;
  }
  if (node.patterns !== undefined) {
    for (const pattern of node.patterns) {
      if (fitsPattern(segment, pattern.texts)) {
        const found = slash === undefined ? pattern.node : matchDeep(pattern.node, path, slash + 1, request);
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
  return matchDeep(parameter, path, slash + 1, request);
}

/** Whether a segment fits fixed texts with at least one byte between any two of them (compiler/route-tree.ts: matchesPattern). */
export function fitsPattern(segment: string, texts: readonly string[]): boolean {
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

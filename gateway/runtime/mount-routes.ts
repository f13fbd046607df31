import type { RuntimeNode } from "./bundle";

export interface MountedVersion {
  /** "/orders/v1", or "" for the root. */
  readonly basePath: string;
  readonly routes: RuntimeNode;
}

/**
 * Hangs the tree of every API version under its base path. The longest base path wins and there is no way back from it: what
 * "/orders/v1" does not know is not looked for under "/orders". Decoded trees are shared between releases, so a node is copied before
 * another base path is put below it.
 */
export function mountRoutes(versions: readonly MountedVersion[]): RuntimeNode {
  const shortestFirst = versions.map((version) => version);
  shortestFirst.sort((left, right) => left.basePath.length - right.basePath.length);
  const owned = new LuaSet<RuntimeNode>();
  const root: RuntimeNode = {};
  owned.add(root);
  for (const { basePath, routes } of shortestFirst) {
    let node = root;
    for (const [segment] of string.gmatch(basePath, "[^/]+")) {
      node = ownedChild(node, segment ?? "", owned);
    }
    const shell = copyNode(routes);
    node.literals = shell.literals;
    node.parameter = shell.parameter;
    node.patterns = shell.patterns;
    node.methods = shell.methods;
  }
  return root;
}

/** The base-path node below another; whatever an API had there gives way. */
function ownedChild(node: RuntimeNode, segment: string, owned: LuaSet<RuntimeNode>): RuntimeNode {
  const literals = node.literals ?? new LuaTable<string, RuntimeNode>();
  node.literals = literals;
  const existing = literals.get(segment);
  if (existing !== undefined && owned.has(existing)) {
    return existing;
  }
  const child: RuntimeNode = {};
  owned.add(child);
  literals.set(segment, child);
  return child;
}

function copyNode(node: RuntimeNode): RuntimeNode {
  const literals = new LuaTable<string, RuntimeNode>();
  if (node.literals !== undefined) {
    for (const [segment, child] of pairs(node.literals)) {
      literals.set(segment, child);
    }
  }
  const copy: RuntimeNode = { literals, methods: node.methods };
  copy.parameter = node.parameter;
  copy.patterns = node.patterns;
  return copy;
}

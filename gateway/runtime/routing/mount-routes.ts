import type { RouteCondition, VersionField } from "../../contract/bundle-types";
import type { RouteCandidate, RuntimeNode } from "../release/bundle";
import { makeChoice } from "./route-choice";
import type { FieldReader } from "./route-fields";
import { fitsPattern } from "./router";

export interface MountedVersion {
  /** Of the API version. */
  readonly id: number;
  /** "/orders/v1", or "" for the root. */
  readonly basePath: string;
  readonly routes: RuntimeNode;
  /** Undefined: every host. */
  readonly hosts: readonly string[] | undefined;
  /** Empty: none. */
  readonly conditions: readonly RouteCondition[];
  readonly rank: number;
  readonly versionField: VersionField | undefined;
}

/**
 * Hangs the tree of every API version under its base path. The longest base path wins and there is no way back from it: what
 * "/orders/v1" does not know is not looked for under "/orders". Decoded trees are shared between releases, so a node is copied before
 * another base path is put below it. API versions with one base path share a node with the choice between them.
 */
export function mountRoutes(
  versions: readonly MountedVersion[],
  reader: FieldReader,
  giveWay: (this: void) => void,
): RuntimeNode {
  const shortestFirst = versions.map((version) => version);
  shortestFirst.sort((left, right) => left.basePath.length - right.basePath.length);
  const owned = new LuaSet<RuntimeNode>();
  const root: RuntimeNode = {};
  owned.add(root);
  const sharing = groupByBasePath(versions);
  const mounted = new LuaSet<string>();
  for (const { basePath } of shortestFirst) {
    giveWay();
    if (!mounted.has(basePath)) {
      mounted.add(basePath);
      let node = root;
      for (const [segment] of string.gmatch(basePath, "[^/]+")) {
        node = ownedChild(node, segment ?? "", owned);
      }
      fill(node, sharing.get(basePath) ?? [], reader);
    }
  }
  return root;
}

function groupByBasePath(versions: readonly MountedVersion[]): LuaTable<string, MountedVersion[]> {
  const groups = new LuaTable<string, MountedVersion[]>();
  for (const version of versions) {
    const group = groups.get(version.basePath);
    if (group === undefined) {
      groups.set(version.basePath, [version]);
    } else {
      group.push(version);
    }
  }
  return groups;
}

function fill(node: RuntimeNode, versions: readonly MountedVersion[], reader: FieldReader): void {
  node.isBase = true;
  const only = versions[0];
  if (versions.length === 1 && only !== undefined && only.conditions.length === 0) {
    const shell = copyNode(only.routes);
    node.literals = shell.literals;
    node.parameter = shell.parameter;
    node.patterns = shell.patterns;
    node.methods = shell.methods;
    return;
  }
  node.literals = undefined;
  node.parameter = undefined;
  node.methods = undefined;
  // Empty, so that the matcher turns off the straight way here.
  node.patterns = [];
  node.choice = makeChoice(
    versions.map((version) => toCandidate(version)),
    reader,
  );
}

function toCandidate(version: MountedVersion): RouteCandidate {
  const { id, rank, conditions, versionField, routes } = version;
  return { apiVersion: id, rank, conditions, versionField, node: routes };
}

/**
 * The node of a base path's segment below another. On the way to a longer base path it still holds what a shorter one has there, as the
 * matcher would find it.
 */
function ownedChild(node: RuntimeNode, segment: string, owned: LuaSet<RuntimeNode>): RuntimeNode {
  const literals = node.literals ?? new LuaTable<string, RuntimeNode>();
  node.literals = literals;
  const existing = literals.get(segment);
  if (existing !== undefined && owned.has(existing)) {
    return existing;
  }
  const pattern = (node.patterns ?? []).find(({ texts }) => fitsPattern(segment, texts));
  const below = existing ?? (pattern === undefined ? node.parameter : pattern.node);
  const child = below === undefined ? {} : copyNode(below);
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

import { isAlias, isMap, isScalar, isSeq, type Node, type Pair, type Scalar, type YAMLMap } from "yaml";
import { cleanText } from "./clean-text";
import { countNodes, isObject, type JsonObject, type JsonValue } from "./json";
import { MAX_ALIAS_NODES, MAX_DEPTH, MAX_NODES } from "./limits";
import { appendToken } from "./pointer";
import type { ProblemCode } from "./problem-codes";
import { quote } from "./problem-log";

type Find = (code: ProblemCode, message: string, place: string, offset: number) => void;

interface Anchor {
  /** Undefined while the anchored node itself is being read. */
  value: JsonValue | undefined;
  /** Values in it, with those that its own aliases repeat. */
  nodes: number;
}

/** Raised to stop at once; the problem is already found. */
class GivenUp extends Error {}

/**
 * Turns composed YAML nodes into JSON values. What an alias names is shared, not copied, and its size is added to a budget, so that a
 * bomb costs nothing; whoever copies the value later copies no more than the budget allows.
 */
export class YamlValues {
  private nodes = 0;
  private aliasNodes = 0;
  private readonly anchors = new Map<string, Anchor>();

  constructor(private readonly find: Find) {}

  /** Undefined when the text cannot be used; everything is reported that could be found. */
  read(contents: Node | null): JsonValue | undefined {
    try {
      const value = this.readNode(contents, "");
      if (this.aliasNodes > 0 && countNodes(value, MAX_NODES + MAX_ALIAS_NODES).depth > MAX_DEPTH) {
        const message = `With its aliases, more than ${MAX_DEPTH} lists and mappings stand inside each other.`;
        this.find("too_deep", message, "", 0);
        return undefined;
      }
      return value;
    } catch (error) {
      if (error instanceof GivenUp) {
        return undefined;
      }
      throw error;
    }
  }

  private readNode(node: Node | null | undefined, place: string): JsonValue {
    this.nodes += 1;
    if (isAlias(node)) {
      return this.readAlias(node.source, place, node.range?.[0] ?? 0);
    }
    const name = isScalar(node) || isMap(node) || isSeq(node) ? node.anchor : undefined;
    if (name === undefined) {
      return this.readPlain(node, place);
    }
    const anchor: Anchor = { value: undefined, nodes: 0 };
    this.anchors.set(name, anchor);
    const before = this.nodes;
    anchor.value = this.readPlain(node, place);
    anchor.nodes = this.nodes - before + 1;
    return anchor.value;
  }

  private readPlain(node: Node | null | undefined, place: string): JsonValue {
    if (isMap(node)) {
      return this.readMap(node, place);
    }
    if (isSeq(node)) {
      return node.items.map((item, index) => this.readNode(item as Node | null, appendToken(place, index)));
    }
    return isScalar(node) ? readScalar(node) : null;
  }

  private readMap(map: YAMLMap, place: string): JsonObject {
    const object: JsonObject = {};
    const merges: { node: Node | null; place: string }[] = [];
    for (const pair of map.items as Pair<Node, Node | null>[]) {
      const offset = pair.key?.range?.[0] ?? map.range?.[0] ?? 0;
      const written = keyText(pair.key);
      if (written === undefined) {
        this.find("invalid_key", "A key must be a text; here is a list or a mapping.", place, offset);
        continue;
      }
      const key = cleanText(written);
      const keyPlace = appendToken(place, key);
      if (isMergeKey(pair.key)) {
        merges.push({ node: pair.value, place: keyPlace });
      } else if (Object.hasOwn(object, key)) {
        this.find("duplicate_key", `The key ${quote(key)} is there twice.`, keyPlace, offset);
      } else if (key === "__proto__") {
        this.find("forbidden_key", "The key “__proto__” is not allowed.", keyPlace, offset);
      } else {
        object[key] = this.readNode(pair.value, keyPlace);
      }
    }
    for (const merge of merges) {
      this.merge(object, merge.node, merge.place);
    }
    return object;
  }

  /** https://yaml.org/type/merge.html: what the mapping says itself goes first, then earlier sources before later ones. */
  private merge(object: JsonObject, node: Node | null, place: string): void {
    const before = this.nodes;
    const value = this.readNode(node, place);
    for (const source of Array.isArray(value) ? value : [value]) {
      if (!isObject(source)) {
        const message = "A merge key “<<” must name a mapping or a list of mappings.";
        this.find("syntax_error", message, place, node?.range?.[0] ?? 0);
        continue;
      }
      for (const [key, member] of Object.entries(source)) {
        if (!Object.hasOwn(object, key)) {
          object[key] = member;
        }
      }
    }
    this.spendAliasNodes(this.nodes - before, place, node?.range?.[0] ?? 0);
  }

  private readAlias(name: string, place: string, offset: number): JsonValue {
    const anchor = this.anchors.get(name);
    if (anchor?.value === undefined) {
      const reason = anchor === undefined ? "names nothing above it" : "stands inside what it names";
      this.find("alias_loop", `The alias ${quote(`*${name}`)} ${reason}.`, place, offset);
      throw new GivenUp();
    }
    this.nodes += anchor.nodes;
    this.spendAliasNodes(anchor.nodes, place, offset);
    return anchor.value;
  }

  private spendAliasNodes(nodes: number, place: string, offset: number): void {
    this.aliasNodes += nodes;
    if (this.aliasNodes > MAX_ALIAS_NODES) {
      const limit = MAX_ALIAS_NODES.toLocaleString("en");
      this.find("alias_bomb", `The aliases of the text repeat more than ${limit} values.`, place, offset);
      throw new GivenUp();
    }
  }
}

/** The text of a key as written: 200 is "200" and 1.10 is "1.10"; undefined when the key is no scalar. */
export function keyText(key: unknown): string | undefined {
  if (key === null) {
    return "";
  }
  if (!isScalar(key)) {
    return undefined;
  }
  return typeof key.value === "string" ? key.value : (key.source ?? String(key.value));
}

function isMergeKey(key: Node): boolean {
  return isScalar(key) && key.value === "<<" && key.type === "PLAIN";
}

function readScalar({ value, source }: Scalar): JsonValue {
  switch (typeof value) {
    case "string":
      return cleanText(value);
    case "boolean":
      return value;
    case "number":
      // .inf and .nan are YAML, but no values of JSON.
      return Number.isFinite(value) ? value : (source ?? String(value));
    default:
      // What YAML 1.1 would make dates and binary data of stays the text that it is.
      return source === undefined || value === null || value === undefined ? null : cleanText(source);
  }
}

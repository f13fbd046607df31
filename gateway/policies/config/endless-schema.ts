import type { SchemaNode } from "../shared/schema-node";

/**
 * Whether checking a value by a node would come to the same node again with the same value: a schema that refers to itself may do so only for a
 * part of the value, or the worker would never end.
 * @param followed nodes that need not be followed again; gets those that were
 */
export function findEndlessSchema(nodes: readonly SchemaNode[], start: number, followed: Set<number>): boolean {
  const done = new Set<number>();
  const onPath = new Set<number>();
  const stack: { readonly node: number; readonly next: Iterator<number> }[] = [];
  const enter = (node: number) => {
    onPath.add(node);
    stack.push({ node, next: sameValue(nodes[node] ?? {}).values() });
  };
  // Whatever can be reached at all, since a circle may lie behind a property.
  const queue = followed.has(start) ? [] : [start];
  followed.add(start);
  for (const root of queue) {
    if (!done.has(root)) {
      enter(root);
    }
    for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
      const { value: next, done: isOver } = top.next.next() as IteratorResult<number, undefined>;
      if (isOver === true || next === undefined) {
        onPath.delete(top.node);
        done.add(top.node);
        stack.pop();
      } else if (onPath.has(next)) {
        return true;
      } else if (!done.has(next)) {
        enter(next);
      }
    }
    for (const node of [...sameValue(nodes[root] ?? {}), ...partsOf(nodes[root] ?? {})]) {
      if (!followed.has(node)) {
        followed.add(node);
        queue.push(node);
      }
    }
  }
  return false;
}

/** Nodes that are asked about the value itself. */
function sameValue(node: SchemaNode): number[] {
  return [
    ...(node.allOf ?? []),
    ...(node.anyOf ?? []),
    ...(node.oneOf ?? []),
    ...(node.dependentSchemas ?? []).map((each) => each.node),
    ...[node.not, node.condition, node.whenMet, node.whenNot].flatMap((each) => each ?? []),
  ];
}

/** Nodes that are asked about parts of it. */
function partsOf(node: SchemaNode): number[] {
  return [
    ...(node.prefixItems ?? []),
    ...(node.properties ?? []).map((each) => each.node),
    ...(node.patternProperties ?? []).map((each) => each.node),
    ...[node.items, node.contains, node.others, node.propertyNames].flatMap((each) => each ?? []),
    ...[node.unevaluatedItems, node.unevaluatedProperties].filter((each) => typeof each === "number"),
  ];
}

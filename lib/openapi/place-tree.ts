import { parsePointer } from "./pointer";

export interface Place {
  /** From 1. */
  readonly line: number;
  /** From 1. */
  readonly column: number;
}

/** The places that are looked for, as a tree: a reader that walks a text steps down with it and notes offsets on the way. */
export interface PlaceTree {
  readonly children: Map<string, PlaceTree>;
  /** Of the key, or of the list's member. */
  offset?: number;
  /** Of the value behind the key. */
  valueOffset?: number;
}

export function makePlaceTree(places: readonly string[]): PlaceTree {
  const root: PlaceTree = { children: new Map(), offset: 0 };
  for (const place of places) {
    let node = root;
    for (const token of parsePointer(place)) {
      let child = node.children.get(token);
      if (child === undefined) {
        child = { children: new Map() };
        node.children.set(token, child);
      }
      node = child;
    }
  }
  return root;
}

/** Lines and columns for each place; of what does not exist, of the nearest thing around it that does. */
export function readPlaces(tree: PlaceTree, places: readonly string[], text: string): Map<string, Place> {
  const lines = new LineIndex(text);
  const found = new Map<string, Place>();
  for (const place of places) {
    let node: PlaceTree | undefined = tree;
    let offset = tree.offset ?? 0;
    for (const token of parsePointer(place)) {
      node = node?.children.get(token);
      if (node?.offset === undefined) {
        break;
      }
      offset = node.offset;
    }
    found.set(place, lines.placeOf(offset));
  }
  return found;
}

export function readValueOffset(tree: PlaceTree, place: string): number | undefined {
  let node: PlaceTree | undefined = tree;
  for (const token of parsePointer(place)) {
    node = node?.children.get(token);
  }
  return node?.valueOffset;
}

export class LineIndex {
  private readonly starts: number[] = [0];

  constructor(text: string) {
    for (let at = text.indexOf("\n"); at !== -1; at = text.indexOf("\n", at + 1)) {
      this.starts.push(at + 1);
    }
  }

  placeOf(offset: number): Place {
    let low = 0;
    let high = this.starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.starts[middle] ?? 0) <= offset) {
        low = middle;
      } else {
        high = middle - 1;
      }
    }
    return { line: low + 1, column: offset - (this.starts[low] ?? 0) + 1 };
  }
}

import type { SchemaNode } from "../shared/schema-node";

/** Compiled schemas of an API version, each once, however many operations use it. */
export interface SchemaTable {
  readonly nodes: SchemaNode[];
  /** Nodes that were followed to their ends (endless-schema.ts). */
  readonly followed: Set<number>;
  /** By what is done with keywords that are not checked. */
  readonly known: Readonly<Record<"strict" | "lenient", Map<unknown, number>>>;
}

import type { SchemaCheck } from "./schema-check";

/**
 * What of an object or an array schemas have looked at, for `unevaluatedProperties` and `unevaluatedItems` (JSON Schema 2020-12 core §11). Only
 * beneath a schema with one of these there is any; it belongs to one value, so that what parts of the value come to stays out of it.
 *
 * Whatever is noted was held against a schema, and so took a step of the budget; it is handed on as often as forms stand within forms.
 */
export interface Evaluated {
  readonly value: unknown;
  /** Names of properties, or places of items from 0. */
  readonly seen: Record<string | number, boolean>;
  readonly list: (string | number)[];
  /** So many items from the first. */
  count: number;
  hasAll: boolean;
}

export function createEvaluated(value: unknown): Evaluated {
  return { value, seen: {}, list: [], count: 0, hasAll: false };
}

/** What collects for that value; usually nothing does. */
export function evaluatedOf(check: SchemaCheck, value: unknown): Evaluated | undefined {
  const { evaluated } = check;
  return evaluated !== undefined && evaluated.value === value ? evaluated : undefined;
}

export function noteSeen(evaluated: Evaluated, part: string | number): void {
  // Not compared with nothing, because on Node every object has some names.
  if (evaluated.seen[part] !== true) {
    evaluated.seen[part] = true;
    evaluated.list.push(part);
  }
}

export function noteCount(evaluated: Evaluated, count: number): void {
  evaluated.count = Math.max(evaluated.count, count);
}

/** Of a form that fits, to what stands around it. */
export function passOn(from: Evaluated, to: Evaluated): void {
  if (from.hasAll) {
    to.hasAll = true;
  }
  noteCount(to, from.count);
  if (!to.hasAll) {
    noteList(from.list, to);
  }
}

function noteList(list: readonly (string | number)[], to: Evaluated): void {
  for (const part of list) {
    noteSeen(to, part);
  }
}

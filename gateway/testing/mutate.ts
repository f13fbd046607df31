import fc from "fast-check";

/** One change to a document, described by numbers so that fast-check can shrink it. */
export interface Mutation {
  /** Which of the document's places. */
  readonly place: number;
  readonly kind: "replace" | "remove" | "repeat" | "bytes" | "cut";
  readonly value: unknown;
}

/** Values that decoders stumble over, beside whatever fast-check thinks of. */
const AWKWARD = [
  null,
  "",
  "\u0000",
  "__proto__",
  -1,
  0,
  1.5,
  1e308,
  2 ** 53,
  true,
  [],
  {},
  [[]],
  { length: 1 },
  "😀".repeat(50),
];

export const mutations = fc.record<Mutation>({
  place: fc.nat(),
  kind: fc.constantFrom("replace", "replace", "replace", "remove", "repeat", "bytes", "cut"),
  value: fc.oneof(fc.constantFrom(...AWKWARD), fc.jsonValue({ maxDepth: 3 })),
});

/** @param text JSON; @returns the text with one change: still JSON, or for "bytes" and "cut" whatever comes out */
export function mutate(text: string, { place, kind, value }: Mutation): string {
  const at = place % Math.max(1, text.length);
  if (kind === "cut") {
    return text.slice(0, at);
  }
  if (kind === "bytes") {
    return `${text.slice(0, at)}${JSON.stringify(value).slice(0, 3)}${text.slice(at + 1)}`;
  }
  const document = JSON.parse(text) as unknown;
  const places = listPlaces(document);
  const chosen = places[place % Math.max(1, places.length)];
  if (chosen === undefined) {
    return JSON.stringify(value);
  }
  const { holder, key } = chosen;
  if (kind === "remove") {
    if (Array.isArray(holder)) {
      holder.splice(Number(key), 1);
    } else {
      Reflect.deleteProperty(holder, key);
    }
  } else if (kind === "repeat" && Array.isArray(holder)) {
    holder.push(structuredClone(holder[Number(key)]));
  } else {
    Object.defineProperty(holder, key, { value, enumerable: true, configurable: true, writable: true });
  }
  return JSON.stringify(document);
}

interface Place {
  readonly holder: Record<string, unknown> | unknown[];
  readonly key: string;
}

function listPlaces(document: unknown): Place[] {
  const places: Place[] = [];
  const pending: unknown[] = [document];
  for (let value = pending.pop(); value !== undefined; value = pending.pop()) {
    if (typeof value === "object" && value !== null) {
      const holder = value as Record<string, unknown>;
      places.push(...Object.keys(holder).map((key) => ({ holder, key })));
      pending.push(...Object.values(holder));
    }
  }
  return places;
}

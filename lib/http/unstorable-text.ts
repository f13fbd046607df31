import type { ProblemItem } from "@/lib/api-schemas/common";
import { placeOf, type RequestPart } from "./zod-problems";

/** Neither Postgres' text nor its JSON takes them: NUL, and half of a surrogate pair. Both can only come from escapes, and mean nothing. */
const UNSTORABLE = /[\0\p{Surrogate}]/u;

const MAX_PROBLEMS = 20;

/**
 * Every text of a request that the database would refuse, names of fields too.
 * @param exempt top-level fields that are not looked into: documents may hold anything, and are cleaned when they are read
 */
export function unstorableTexts(value: unknown, part: RequestPart, exempt: readonly string[] = []): ProblemItem[] {
  const problems: ProblemItem[] = [];
  const waiting: { readonly value: unknown; readonly path: readonly string[] }[] = [{ value, path: [] }];
  for (let next = waiting.pop(); next !== undefined && problems.length < MAX_PROBLEMS; next = waiting.pop()) {
    const { value: current, path } = next;
    const [name = ""] = path.slice(-1);
    if (UNSTORABLE.test(name) || (typeof current === "string" && UNSTORABLE.test(current))) {
      const message = "There is a NUL character, or half of a character, in this text.";
      problems.push({ code: "invalid_characters", message, place: placeOf(path, part) });
    } else if (typeof current === "object" && current !== null) {
      for (const [key, inner] of Object.entries(current)) {
        if (path.length > 0 || !exempt.includes(key)) {
          waiting.push({ value: inner, path: [...path, key] });
        }
      }
    }
  }
  return problems.reverse();
}

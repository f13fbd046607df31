import type { Reply } from "./call";
import { Problem } from "./problem";

const DEFAULT_LIMIT = 20;
const MOST = 100;

/**
 * One page of a list, and the cursor of the next.
 * @param key the cursor: stays good when items are added or removed
 */
export function listPage<Item>(items: readonly Item[], query: URLSearchParams, key: (item: Item) => string): Reply {
  const limit = readLimit(query.get("limit"));
  const cursor = query.get("cursor");
  const start = cursor === null ? 0 : positionAfter(items, cursor, key);
  const page = items.slice(start, start + limit);
  const last = page.at(-1);
  const hasMore = start + limit < items.length;
  return { status: 200, body: { items: page, nextCursor: hasMore && last !== undefined ? key(last) : null } };
}

function readLimit(text: string | null): number {
  if (text === null) {
    return DEFAULT_LIMIT;
  }
  const limit = Number(text);
  if (!/^\d+$/.test(text) || limit < 1 || limit > MOST) {
    throw new Problem(422, "Unprocessable query", "The page size is wrong.", [
      { place: "query:limit", message: `must be a whole number from 1 to ${MOST}` },
    ]);
  }
  return limit;
}

function positionAfter<Item>(items: readonly Item[], cursor: string, key: (item: Item) => string): number {
  const position = items.findIndex((item) => key(item) === cursor);
  if (position === -1) {
    throw new Problem(422, "Unprocessable query", "The cursor is not one this list gave.", [
      { place: "query:cursor", message: "is unknown" },
    ]);
  }
  return position + 1;
}

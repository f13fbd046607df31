import { ApiError } from "@/lib/errors";
import type { Page } from "@/lib/api-schemas/common";

/** The cursor is the id of the last item of a page; opaque to callers so that it may become something else. */
export function readCursor(cursor: string | undefined): number | undefined {
  if (cursor === undefined) {
    return undefined;
  }
  const text = Buffer.from(cursor, "base64url").toString("utf8");
  if (!/^after:\d{1,15}$/.test(text)) {
    throw new ApiError("cursor_invalid");
  }
  return Number(text.slice("after:".length));
}

/**
 * Makes a page of rows that were asked for with one more than fits.
 * @param rows at most limit + 1
 */
export function makePage<Row extends { readonly id: number }, Item>(
  rows: readonly Row[],
  limit: number,
  render: (row: Row) => Item,
): Page<Item> {
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  const more = rows.length > limit && last !== undefined;
  return {
    items: shown.map(render),
    nextCursor: more ? Buffer.from(`after:${last.id}`, "utf8").toString("base64url") : null,
  };
}

/** A list that always fits on one page. */
export function wholePage<Item>(items: Item[]): Page<Item> {
  return { items, nextCursor: null };
}

import { ApiError } from "@/lib/errors";
import type { Page } from "@/lib/api-schemas/common";

/** Of Postgres' integer: a larger one is none of ours, and would fail in the database. */
const MAX_ID = 2_147_483_647;

/** The cursor is the id of the last item of a page; opaque to callers so that it may become something else. */
export function readCursor(cursor: string | undefined): number | undefined {
  if (cursor === undefined) {
    return undefined;
  }
  const text = Buffer.from(cursor, "base64url").toString("utf8");
  const id = /^after:(\d{1,10})$/.exec(text)?.[1];
  if (id === undefined || Number(id) > MAX_ID) {
    throw new ApiError("cursor_invalid");
  }
  return Number(id);
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

/** Ids that share a piece: few enough that a worker decodes it between two requests. */
const IDS_PER_PIECE = 128;

/**
 * Divides what would be one long chunk into pieces by id, so that a change re-sends and re-decodes one piece. An item is in the same piece in
 * every release. At least one piece, in order of its first item.
 * @param name of all together
 */
export function intoPieces<Item extends { readonly id: number }>(
  name: string,
  items: readonly Item[],
): { readonly name: string; readonly items: Item[] }[] {
  const pieces = new Map<number, Item[]>();
  for (const item of items) {
    const number = Math.floor(item.id / IDS_PER_PIECE);
    pieces.set(number, [...(pieces.get(number) ?? []), item]);
  }
  if (pieces.size <= 1) {
    return [{ name, items: [...items] }];
  }
  return [...pieces].map(([number, ofPiece]) => ({ name: `${name} ${number * IDS_PER_PIECE} and on`, items: ofPiece }));
}

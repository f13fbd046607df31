/**
 * Texts of whole numbers, put together from groups of three digits that are made once. LuaJIT would make them from floating point, at a
 * thousand instructions for the few numbers that a request tells.
 */
const THOUSAND = 1_000;
const MILLION = 1_000_000;
/** Beyond it, and for what is no number, the language has the word. */
const LARGEST = 1_000_000_000_000_000;

/** A group's text by its value: as it stands first, and as it stands behind another. */
const FIRST: string[] = [];
const PADDED: string[] = [];
for (let value = 0; value < THOUSAND; value += 1) {
  FIRST[value] = `${value}`;
  PADDED[value] = value < 10 ? `00${value}` : value < 100 ? `0${value}` : `${value}`;
}

/** Text of the last three digits of what is at least a thousand. @param value below a thousand */
export function paddedText(value: number): string {
  const text = PADDED[value] ?? "";
  return text;
}

/** @param value a whole number that is not negative */
export function wholeNumberText(value: number): string {
  if (value < THOUSAND) {
    return FIRST[value] ?? "";
  }
  const low = value % THOUSAND;
  if (value < MILLION) {
    return `${FIRST[(value - low) / THOUSAND] ?? ""}${PADDED[low] ?? ""}`;
  }
  if (!(value < LARGEST)) {
    return `${value}`;
  }
  const high = (value - low) / THOUSAND;
  const middle = high % THOUSAND;
  return `${wholeNumberText((high - middle) / THOUSAND)}${PADDED[middle] ?? ""}${PADDED[low] ?? ""}`;
}

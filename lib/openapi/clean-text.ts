/**
 * A text that Postgres stores and JSON carries: no NUL, no half of a surrogate pair. Both can only come from escapes, and mean nothing.
 */
export function cleanText(text: string): string {
  const clean = isWellFormed(text) ? text : replaceLoneSurrogates(text);
  return clean.includes("\0") ? clean.replaceAll("\0", "\uFFFD") : clean;
}

const SURROGATE = /[\uD800-\uDFFF]/;

function isWellFormed(text: string): boolean {
  return !SURROGATE.test(text);
}

function replaceLoneSurrogates(text: string): string {
  return text.replaceAll(/[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/g, "\uFFFD");
}

import type { PolicyHost } from "../types";

/** What a request's Cache-Control asks of a cache (RFC 9111 §5.2.1). */
export interface RequestDirectives {
  noStore: boolean;
  onlyIfCached: boolean;
  /** Whether what is kept may not do. How old it is nobody knows before nginx opens it, so every bound on its age counts. */
  refresh: boolean;
}

const read: RequestDirectives = { noStore: false, onlyIfCached: false, refresh: false };
let control = "";
let cut: PolicyHost["cut"];

/** The result is used again by the next call. Loops, and so runs apart; few requests have the field. */
export function readRequestDirectives(text: string, host: PolicyHost): RequestDirectives {
  control = text.toLowerCase();
  cut = host.cut;
  read.noStore = false;
  read.onlyIfCached = false;
  read.refresh = false;
  host.runApart(readAll);
  return read;
}

function readAll(this: void): void {
  let start = 0;
  while (start < control.length) {
    const comma = control.indexOf(",", start);
    const end = comma < 0 ? control.length : comma;
    take(nameIn(start, end));
    start = end + 1;
  }
}

/** Up to its value, without white space. */
function nameIn(start: number, end: number): string {
  let from = start;
  while (from < end && isSpace(from)) {
    from += 1;
  }
  let to = from;
  while (to < end && !isSpace(to) && cut(control, to, to + 1) !== "=") {
    to += 1;
  }
  return to === from ? "" : cut(control, from, to);
}

function isSpace(at: number): boolean {
  const character = cut(control, at, at + 1);
  return character === " " || character === "\t";
}

function take(name: string): void {
  if (name === "no-store") {
    read.noStore = true;
  } else if (name === "only-if-cached") {
    read.onlyIfCached = true;
  } else if (name === "no-cache" || name === "max-age" || name === "min-fresh") {
    read.refresh = true;
  }
}

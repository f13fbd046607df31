import type { PolicyHost } from "../types";

/**
 * Queries are worked on between ampersands ("?a=1&b" is "&a=1&b&"), so that a parameter is found by one plain search. Names are compared
 * after the escapes that mean nothing are undone: `%61dmin` is `admin` to every server.
 */
export function openQuery(query: string, host: Pick<PolicyHost, "decodeUnreserved">): string {
  if (query.length < 2) {
    return "&";
  }
  const padded = `&${query.slice(1)}&`;
  return padded.indexOf("%") < 0 ? padded : host.decodeUnreserved(padded);
}

export function closeQuery(padded: string): string {
  return padded.length < 3 ? "" : `?${padded.slice(1, padded.length - 1)}`;
}

/** Value of the first parameter of that name that says one; "" when none of them does, undefined when there is none. */
export function readParameter(padded: string, name: string): string | undefined {
  const start = padded.indexOf(`&${name}=`);
  if (start < 0) {
    return padded.indexOf(`&${name}&`) < 0 ? undefined : "";
  }
  const from = start + name.length + 2;
  return padded.slice(from, padded.indexOf("&", from));
}

/** Without any parameter of that name. */
export function removeParameter(padded: string, name: string): string {
  const start = findParameter(padded, name);
  if (start < 0) {
    return padded;
  }
  const rest = `${padded.slice(0, start)}${padded.slice(padded.indexOf("&", start + 1))}`;
  return findParameter(rest, name) < 0 ? rest : removeRepeated(rest, name);
}

/** Without the first parameter of that name. */
export function removeFirst(padded: string, name: string): string {
  const start = findParameter(padded, name);
  return start < 0 ? padded : `${padded.slice(0, start)}${padded.slice(padded.indexOf("&", start + 1))}`;
}

/** Apart, because LuaJIT does not compile a loop inside a request's path, and few requests repeat a parameter. */
function removeRepeated(padded: string, name: string): string {
  let rest = padded;
  let start = findParameter(rest, name);
  while (start >= 0) {
    rest = `${rest.slice(0, start)}${rest.slice(rest.indexOf("&", start + 1))}`;
    start = findParameter(rest, name);
  }
  return rest;
}

/** Where the first parameter of that name begins, with its ampersand; -1 when there is none. */
export function findParameter(padded: string, name: string): number {
  const withValue = padded.indexOf(`&${name}=`);
  const bare = padded.indexOf(`&${name}&`);
  return withValue < 0 || (bare >= 0 && bare < withValue) ? bare : withValue;
}

export function hasParameter(padded: string, name: string): boolean {
  return findParameter(padded, name) >= 0;
}

/** @param value escaped */
export function addParameter(padded: string, name: string, value: string): string {
  return `${padded}${name}=${value}&`;
}

/** Gives the parameters of a name another, in place of those that have it. */
export function renameParameter(padded: string, name: string, newName: string): string {
  if (findParameter(padded, name) < 0) {
    return padded;
  }
  let rest = removeParameter(padded, newName);
  let start = findParameter(rest, name);
  rest = `${rest.slice(0, start + 1)}${newName}${rest.slice(start + 1 + name.length)}`;
  start = findParameter(rest, name);
  return start < 0 ? rest : renameRepeated(rest, name, newName);
}

function renameRepeated(padded: string, name: string, newName: string): string {
  let rest = padded;
  let start = findParameter(rest, name);
  while (start >= 0) {
    rest = `${rest.slice(0, start + 1)}${newName}${rest.slice(start + 1 + name.length)}`;
    start = findParameter(rest, name);
  }
  return rest;
}

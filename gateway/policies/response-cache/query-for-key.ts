import { findParameter, openQuery, removeFirst } from "../shared/query";
import type { PolicyHost } from "../types";

let names: readonly string[] = [];
let query = "";
let host: PolicyHost;
let found = "";

/**
 * The parameters of these names in the order of the names, each with all its values in the order in which they came: what else a query holds,
 * and where in it they stand, is the same for the key.
 */
export function queryForKey(wanted: readonly string[], sent: string, policyHost: PolicyHost): string {
  if (wanted.length === 0 || sent.length < 2) {
    return "";
  }
  names = wanted;
  query = sent;
  host = policyHost;
  found = "";
  host.runApart(collect);
  return found;
}

function collect(this: void): void {
  let rest = openQuery(query, host);
  for (const name of names) {
    let start = findParameter(rest, name);
    while (start >= 0) {
      const end = rest.indexOf("&", start + 1);
      const isBare = end === start + name.length + 1;
      found = `${found}${rest.slice(start, end)}${isBare ? "=" : ""}`;
      rest = removeFirst(rest, name);
      start = findParameter(rest, name);
    }
  }
}

import { openQuery, readParameter, removeFirst } from "../shared/query";
import type { PolicyHost } from "../types";

let names: readonly string[] = [];
let query = "";
let host: PolicyHost;
let found = "";

/**
 * The parameters of these names with all their values, in the order of the names: what else a query holds, and in which order, is the same
 * for the key.
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
    let value = readParameter(rest, name);
    while (value !== undefined) {
      found = `${found}&${name}=${value}`;
      rest = removeFirst(rest, name);
      value = readParameter(rest, name);
    }
  }
}

import type { CallField } from "@/lib/api-schemas";

/** As it stands in a request: "X-API-Version: v2", "?version=v2". */
export function formatCallField({ from, name, value }: CallField): string {
  switch (from) {
    case "header":
      return `${name}: ${value}`;
    case "query":
      return `?${name}=${value}`;
    case "media-type":
      return `Accept: application/json;${name}=${value}`;
  }
}

/** A version's address and path with the query that means the version. */
export function callUrl(url: string, path: string, callFields: readonly CallField[]): string {
  const query = callFields.filter(({ from }) => from === "query").map(({ name, value }) => `${name}=${value}`);
  return `${url}${path}${query.length === 0 ? "" : `?${query.join("&")}`}`;
}

/** Header lines that mean the version. */
export function callHeaders(callFields: readonly CallField[]): string[] {
  return callFields.filter(({ from }) => from !== "query").map(formatCallField);
}

import { makeKey } from "../../gateway/testing/make-key";

/** The same work for everybody: 100 routes with one path parameter, 100 keys in a header, a kilobyte back. */
export const ROUTES = 100;
export const KEYS = 100;
export const BODY_BYTES = 1024;

export const BENCH_KEYS: readonly string[] = Array.from({ length: KEYS }, (_unused, index) =>
  makeKey(`bench ${index}`),
);

export function routeTemplate(index: number): string {
  return `/resources${index}/{id}`;
}

/** Script for wrk that walks through routes and keys. */
export function wrkScript(): string {
  return `
local keys = {${BENCH_KEYS.map((key) => `"${key}"`).join(",")}}
local requests = {}
function init()
  for index = 0, ${ROUTES * KEYS - 1} do
    local path = "/bench/v1/resources" .. (index % ${ROUTES}) .. "/" .. (1000 + index)
    local key = keys[(math.floor(index / ${ROUTES}) % ${KEYS}) + 1]
    requests[index] = wrk.format("GET", path, { ["X-API-Key"] = key })
  end
end
local index = 0
function request()
  index = (index + 7) % ${ROUTES * KEYS}
  return requests[index]
end
function done(summary, latency)
  io.write(string.format("RESULT %d %d %d %d\\n", summary.requests, summary.duration,
    summary.errors.connect + summary.errors.read + summary.errors.write + summary.errors.timeout, summary.errors.status))
end
`;
}

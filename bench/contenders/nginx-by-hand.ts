import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { makeDirectory, removeDirectory } from "../measure/leftovers";
import { MEASURED_CORE } from "../measure/processes";
import { countLines } from "../measure/records";
import { benchKeys, NEVER_REACHED, routePath, type Row } from "../rows";
import type { Contender, ContenderFactory, StartOptions } from "./contender";
import { nginxVersion, proxyTo, startNginx } from "./nginx";

/**
 * What somebody who knows nginx would write by hand for the same work: hash tables of routes and keys, limit_req (which spaces requests
 * instead of counting them in a minute), and an access log written in batches. Every new key or route is a reload.
 */
export const nginxByHand: ContenderFactory = {
  name: "nginx by hand",
  version: nginxVersion,
  obstacle: () => undefined,
  leavesOut: () => undefined,
  canBeWrapped: true,
  start: startNginxByHand,
};

async function startNginxByHand({ row, upstreamPort, quota, wrapper }: StartOptions): Promise<Contender> {
  const directory = makeDirectory();
  const log = path.join(directory, "access.log");
  mkdirSync(path.join(directory, "maps"));
  const table = (name: string, entries: readonly string[]) => {
    const file = path.join(directory, "maps", name);
    writeFileSync(file, entries.map((entry, index) => `${entry} ${index + 1};\n`).join(""));
    return `default ""; include ${file};`;
  };
  const routes = Array.from({ length: row.routes }, (_unused, index) => routePath(index));
  const nginx = await startNginx(nginxByHand.name, MEASURED_CORE, wrapper, (port) => ({
    http: `map_hash_max_size 2097152; map_hash_bucket_size 512;
      map $uri $route_path { "~^(?<before>/.+)/[^/]+$" $before; default ""; }
      map $route_path $route { ${table("routes", routes)} }
      ${row.checksKey ? `map $http_x_api_key $consumer { ${table("keys", benchKeys(row.keys))} }` : ""}
      ${row.limits ? `limit_req_zone ${row.checksKey ? "$consumer" : "$binary_remote_addr"} zone=calls:256m rate=${rate(quota)};` : ""}
      log_format record "$msec $route ${row.checksKey ? "$consumer" : ""} $status $request_length $bytes_sent $request_time";
      upstream backend { server 127.0.0.1:${upstreamPort}; keepalive 256; }
      server { listen 127.0.0.1:${port};
        ${row.meters ? `access_log ${log} record buffer=64k flush=1s;` : ""}
        location / { ${work(row, quota)} ${proxyTo("http://backend")} } }`,
  }));
  return {
    ...nginx,
    ...(row.meters && { countRecords: () => countLines(log) }),
    stop: async () => {
      await nginx.stop();
      removeDirectory(directory);
    },
  };
}

function work(row: Row, quota: number): string {
  return `if ($route = "") { return 404; }
    ${row.checksKey ? `if ($consumer = "") { return 401; } proxy_set_header X-API-Key ""; proxy_set_header X-Consumer $consumer;` : ""}
    ${row.limits ? `limit_req zone=calls burst=${Math.min(quota, 1_000_000) - 1} nodelay; limit_req_status 429;` : ""}`;
}

/** limit_req takes whole requests in a second or a minute. */
function rate(quota: number): string {
  return quota === NEVER_REACHED ? "1000000r/s" : `${quota}r/m`;
}

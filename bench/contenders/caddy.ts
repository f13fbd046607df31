import { execFileSync } from "node:child_process";
import { existsSync, writeFileSync } from "node:fs";
import path from "node:path";
import { findFreePort } from "../../gateway/testing/free-port";
import { makeDirectory, removeDirectory } from "../measure/leftovers";
import { commandExists, MEASURED_CORE, processTree, startPinned, stopProcess } from "../measure/processes";
import { countLines } from "../measure/records";
import { apiPath, benchKeys, ROUTES_PER_API, type Row } from "../rows";
import type { Contender, ContenderFactory, StartOptions } from "./contender";

/** Its `map` compares one entry after the other. */
const MOST_ENTRIES = 1_000;

/**
 * Caddy as Debian packages it, with what its own modules can do of the work: a map of routes, a map of keys, an access log. It has no
 * limiter without a plugin. One thread runs Go code.
 */
export const caddy: ContenderFactory = {
  name: "Caddy",
  version: () => execFileSync("caddy", ["version"], { encoding: "utf8" }).trim(),
  obstacle: () => (commandExists("caddy") ? undefined : "caddy is not installed (apt-get install caddy)"),
  leavesOut: ({ limits }) => (limits ? "no limit" : undefined),
  unfitFor: ({ routes, keys }) =>
    Math.max(routes, keys) > MOST_ENTRIES ? "its map compares entry by entry: not made for so many" : undefined,
  canBeWrapped: false,
  start: startCaddy,
};

async function startCaddy({ row, upstreamPort }: StartOptions): Promise<Contender> {
  const directory = makeDirectory();
  const port = await findFreePort();
  const file = path.join(directory, "Caddyfile");
  const log = path.join(directory, "access.log");
  writeFileSync(file, configure(row, port, upstreamPort, log));
  const environment = { GOMAXPROCS: "1", HOME: directory, XDG_DATA_HOME: directory, XDG_CONFIG_HOME: directory };
  const command = ["env", ...Object.entries(environment).map(([name, value]) => `${name}=${value}`)];
  const child = await startPinned(
    MEASURED_CORE,
    [...command, "caddy", "run", "--config", file, "--adapter", "caddyfile"],
    port,
  );
  return {
    name: caddy.name,
    port,
    pids: () => processTree(child.pid ?? 0),
    ...(row.meters && { countRecords: () => (existsSync(log) ? countLines(log) : 0) }),
    stop: async () => {
      await stopProcess(child);
      removeDirectory(directory);
    },
  };
}

function configure(row: Row, port: number, upstreamPort: number, log: string): string {
  const routes = Array.from(
    { length: Math.min(row.routes, ROUTES_PER_API) },
    (_unused, index) => `resources${index} ${index + 1}`,
  );
  const keys = benchKeys(row.keys).map((key, index) => `${key} ${index + 1}`);
  return `{
  admin off
  auto_https off
  log {
    level ERROR
  }
}
http://127.0.0.1:${port} {
  ${row.meters ? `log {\n output file ${log} {\n roll_disabled\n }\n format json\n level INFO\n }` : ""}
  map {http.request.uri.path.2} {route} {
    ${routes.join("\n")}
    default none
  }
  ${row.checksKey ? `map {http.request.header.X-API-Key} {consumer} {\n${keys.join("\n")}\ndefault none\n}` : ""}
  route {
    @unknownRoute {
      not path ${apiPath(0)}/*
    }
    respond @unknownRoute 404
    @noRoute vars {route} none
    respond @noRoute 404
    ${row.checksKey ? "@unknownKey vars {consumer} none\nrespond @unknownKey 401" : ""}
    reverse_proxy 127.0.0.1:${upstreamPort} {
      ${row.checksKey ? "header_up -X-API-Key\nheader_up X-Consumer {consumer}" : ""}
      transport http {
        keepalive_idle_conns 256
        keepalive_idle_conns_per_host 256
        compression off
      }
    }
  }
}
`;
}

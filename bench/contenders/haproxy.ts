import { execFileSync } from "node:child_process";
import { openSync, closeSync, writeFileSync } from "node:fs";
import path from "node:path";
import { findFreePort } from "../../gateway/testing/free-port";
import { makeDirectory, removeDirectory } from "../measure/leftovers";
import { commandExists, MEASURED_CORE, processTree, startPinned, stopProcess } from "../measure/processes";
import { countLines } from "../measure/records";
import { benchKeys, routePath, type Row } from "../rows";
import type { Contender, ContenderFactory, StartOptions } from "./contender";

/**
 * HAProxy with all of a row's work: a map of routes (a prefix tree), a map of keys (a balanced tree), a stick table that counts the
 * requests of a minute for each key, and a line in its log as the record of a request.
 */
export const haproxy: ContenderFactory = {
  name: "HAProxy",
  version: () => /version (\S+)/.exec(execFileSync("haproxy", ["-v"], { encoding: "utf8" }))?.[1] ?? "unknown",
  obstacle: () => (commandExists("haproxy") ? undefined : "haproxy is not installed (apt-get install haproxy)"),
  leavesOut: () => undefined,
  canBeWrapped: true,
  start: startHaproxy,
};

async function startHaproxy(options: StartOptions): Promise<Contender> {
  const { row, wrapper = [] } = options;
  const directory = makeDirectory();
  const inside = (name: string) => path.join(directory, name);
  const port = await findFreePort();
  const routes = Array.from({ length: row.routes }, (_unused, index) => `${routePath(index)}/ ${index + 1}\n`);
  writeFileSync(inside("routes.map"), routes.join(""));
  writeFileSync(
    inside("keys.map"),
    benchKeys(row.keys)
      .map((key, index) => `${key} ${index + 1}\n`)
      .join(""),
  );
  writeFileSync(inside("haproxy.cfg"), configure(options, port, directory));
  const log = openSync(inside("access.log"), "a");
  const command = [...wrapper, "haproxy", "-f", inside("haproxy.cfg"), "-db"];
  const child = await startPinned(MEASURED_CORE, command, port, log);
  closeSync(log);
  return {
    name: haproxy.name,
    port,
    pids: () => processTree(child.pid ?? 0),
    ...(row.meters && { countRecords: () => countLines(inside("access.log")) }),
    stop: async () => {
      await stopProcess(child);
      removeDirectory(directory);
    },
  };
}

function configure({ row, upstreamPort, quota }: StartOptions, port: number, directory: string): string {
  return `global
  nbthread 1
  maxconn 4096
  log stdout format raw local0
defaults
  mode http
  timeout connect 5s
  timeout client 60s
  timeout server 60s
  http-reuse always
frontend edge
  bind 127.0.0.1:${port}
${rules(row, quota, directory)
  .map((rule) => `  ${rule}\n`)
  .join("")}  default_backend upstream
backend upstream
  server one 127.0.0.1:${upstreamPort} pool-max-conn 256
`;
}

function rules(row: Row, quota: number, directory: string): string[] {
  const table = (type: string) =>
    `stick-table type ${type} size ${Math.max(row.keys * 2, 1000)} expire 2m store http_req_rate(60s)`;
  return [
    // A map file is a tree in memory; "beg" finds the longest entry that the path begins with.
    `http-request set-var(txn.route) path,map_beg_int(${directory}/routes.map)`,
    "http-request deny deny_status 404 unless { var(txn.route) -m found }",
    ...(row.checksKey
      ? [
          `http-request set-var(txn.consumer) req.hdr(X-API-Key),map_str_int(${directory}/keys.map)`,
          "http-request deny deny_status 401 unless { var(txn.consumer) -m found }",
          "http-request del-header X-API-Key",
          "http-request set-header X-Consumer %[var(txn.consumer)]",
        ]
      : []),
    ...(row.limits
      ? [
          table(row.checksKey ? "integer" : "ip"),
          `http-request track-sc0 ${row.checksKey ? "var(txn.consumer)" : "src"}`,
          `http-request deny deny_status 429 if { sc_http_req_rate(0) gt ${quota} }`,
        ]
      : []),
    ...(row.meters
      ? ["log global", 'log-format "%Ts.%ms %[var(txn.route)] %[var(txn.consumer)] %ST %U %B %Ta %Tr"']
      : []),
  ];
}

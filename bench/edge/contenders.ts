import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { execFileSync } from "node:child_process";
import type { Snapshot } from "../../gateway/compiler/snapshot";
import { findFreePort } from "../../gateway/testing/free-port";
import { credentialFor } from "../../gateway/testing/snapshots";
import { TestNode } from "../../gateway/testing/test-node";
import type { Contender, ContenderFactory } from "./contender";
import { commandExists, MEASURED_CORE, OTHER_CORE, processTree, startPinned, stopProcess } from "./processes";
import { BENCH_KEYS, BODY_BYTES, ROUTES, routeTemplate } from "./work";

const MODULES = "/usr/lib/nginx/modules";

/** nginx that returns a kilobyte: cheap enough not to be what is measured. */
export async function startUpstream(core = OTHER_CORE, wrapper: readonly string[] = []): Promise<Contender> {
  return startNginx("upstream direct", core, wrapper, (port) => ({
    http: `server { listen 127.0.0.1:${port}; location / { return 200 "${"x".repeat(BODY_BYTES)}"; } }`,
  }));
}

export const CONTENDERS: readonly ContenderFactory[] = [
  {
    name: "upstream direct",
    obstacle: () => undefined,
    start: (_upstreamPort, wrapper) => startUpstream(MEASURED_CORE, wrapper),
  },
  {
    name: "plain nginx proxy",
    obstacle: () => undefined,
    start: (upstreamPort, wrapper) =>
      startNginx("plain nginx proxy", MEASURED_CORE, wrapper, (port) => ({
        http: `upstream backend { server 127.0.0.1:${upstreamPort}; keepalive 256; }
          server { listen 127.0.0.1:${port}; ${proxyTo("http://backend")} }`,
      })),
  },
  {
    name: "nginx, empty Lua phases",
    obstacle: () => undefined,
    start: (upstreamPort, wrapper) =>
      startNginx("nginx, empty Lua phases", MEASURED_CORE, wrapper, (port) => ({
        modules: [`${MODULES}/ndk_http_module.so`, `${MODULES}/ngx_http_lua_module.so`],
        http: `init_by_lua_block { balancer = require("ngx.balancer") }
          upstream backend { server 0.0.0.1; balancer_by_lua_block { balancer.set_current_peer("127.0.0.1", ${upstreamPort}) } keepalive 256; }
          server { listen 127.0.0.1:${port}; log_by_lua_block { local done = true }
            location / { access_by_lua_block { local done = true } ${proxySettings("http://backend")} } }`,
      })),
  },
  {
    name: "HAProxy plain proxy",
    obstacle: () => (commandExists("haproxy") ? undefined : "haproxy is not installed"),
    start: startHaproxy,
  },
  {
    name: "Gatehouse",
    obstacle: () => undefined,
    start: startGatehouse,
  },
];

function proxySettings(target: string): string {
  return `proxy_http_version 1.1; proxy_set_header Connection ""; proxy_pass ${target};`;
}

function proxyTo(target: string): string {
  return `location / { ${proxySettings(target)} }`;
}

async function startNginx(
  name: string,
  core: number,
  wrapper: readonly string[] | undefined,
  configure: (port: number) => { http: string; modules?: readonly string[] },
): Promise<Contender> {
  const directory = mkdtempSync(path.join(tmpdir(), "gatehouse-bench-"));
  const port = await findFreePort();
  const { http, modules = [] } = configure(port);
  const file = path.join(directory, "nginx.conf");
  const alone = wrapper === undefined || wrapper.length === 0 ? "" : "master_process off;";
  const user = process.getuid?.() === 0 ? "user root;" : "";
  writeFileSync(
    file,
    `${modules.map((module) => `load_module ${module};`).join("\n")}
     ${user} worker_processes 1; ${alone} daemon off; pid ${directory}/nginx.pid; error_log ${directory}/error.log warn;
     events { worker_connections 1024; }
     http { access_log off; keepalive_requests 1000000000; ${http} }`,
  );
  const child = await startPinned(core, [...(wrapper ?? []), "nginx", "-c", file, "-p", directory], port);
  return {
    name,
    port,
    pids: () => processTree(child.pid ?? 0),
    stop: async () => {
      await stopProcess(child);
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

async function startHaproxy(upstreamPort: number, wrapper: readonly string[] = []): Promise<Contender> {
  const directory = mkdtempSync(path.join(tmpdir(), "gatehouse-bench-"));
  const port = await findFreePort();
  const file = path.join(directory, "haproxy.cfg");
  writeFileSync(
    file,
    `global
  nbthread 1
  maxconn 4096
defaults
  mode http
  timeout connect 5s
  timeout client 60s
  timeout server 60s
  http-reuse always
frontend edge
  bind 127.0.0.1:${port}
  default_backend upstream
backend upstream
  server one 127.0.0.1:${upstreamPort} pool-max-conn 256
`,
  );
  const child = await startPinned(MEASURED_CORE, [...wrapper, "haproxy", "-f", file, "-db"], port);
  return {
    name: "HAProxy plain proxy",
    port,
    pids: () => processTree(child.pid ?? 0),
    stop: async () => {
      await stopProcess(child);
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

async function startGatehouse(upstreamPort: number, wrapper: readonly string[] = []): Promise<Contender> {
  const node = await TestNode.start({ workers: 1 }, wrapper);
  await node.publish(benchSnapshot(upstreamPort));
  await node.putCredentials(
    BENCH_KEYS.map((key, index) =>
      credentialFor(key, {
        credential: index + 1,
        application: index + 1,
        subscriptions: [{ id: index + 1, plan: 1 }],
      }),
    ),
  );
  for (const pid of node.workerPids()) {
    execFileSync("taskset", ["-cp", String(MEASURED_CORE), String(pid)], { stdio: "ignore" });
  }
  return { name: "Gatehouse", port: node.settings.port, pids: () => node.workerPids(), stop: () => node.stop() };
}

/** 100 routes, one limit that never trips, metering. */
function benchSnapshot(upstreamPort: number): Snapshot {
  return {
    environment: "production",
    portalUrl: "http://portal.test",
    apiVersions: [
      {
        id: 1,
        api: "bench",
        version: "v1",
        basePath: "/bench/v1",
        operations: Array.from({ length: ROUTES }, (_unused, index) => ({
          id: index + 1,
          key: `get${index}`,
          method: "GET",
          path: routeTemplate(index),
        })),
        upstream: { id: 1, targets: [{ url: `http://127.0.0.1:${upstreamPort}`, weight: 1 }] },
      },
    ],
    plans: [
      {
        id: 1,
        product: "bench",
        plan: "gold",
        apiVersionIds: [1],
        limits: [
          {
            id: 1,
            name: "per-minute",
            algorithm: "sliding-window",
            quota: 1_000_000_000,
            windowSeconds: 60,
            scope: "subscription",
          },
        ],
      },
    ],
  };
}

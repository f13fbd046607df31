import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import path from "node:path";
import { findFreePort } from "../../gateway/testing/free-port";
import { makeDirectory, removeDirectory } from "../measure/leftovers";
import { MEASURED_CORE, processTree, startPinned, stopProcess } from "../measure/processes";
import type { Contender, ContenderFactory } from "./contender";

const MODULES = "/usr/lib/nginx/modules";

/** What everything is compared with: forwards every request, and does nothing else. */
export const plainNginx: ContenderFactory = {
  name: "plain nginx",
  version: nginxVersion,
  obstacle: () => undefined,
  leavesOut: () => "plain proxy",
  canBeWrapped: true,
  start: ({ upstreamPort, wrapper }) =>
    startNginx("plain nginx", MEASURED_CORE, wrapper, (port) => ({
      http: `upstream backend { server 127.0.0.1:${upstreamPort}; keepalive 256; }
        server { listen 127.0.0.1:${port}; location / { ${proxyTo("http://backend")} } }`,
    })),
};

/** What a gateway of nginx and Lua costs before it does anything: the three phases, empty, and a balancer. */
export const emptyLuaNginx: ContenderFactory = {
  name: "nginx, empty Lua phases",
  version: nginxVersion,
  obstacle: () => undefined,
  leavesOut: () => "plain proxy",
  canBeWrapped: true,
  start: ({ upstreamPort, wrapper }) =>
    startNginx("nginx, empty Lua phases", MEASURED_CORE, wrapper, (port) => ({
      modules: [`${MODULES}/ndk_http_module.so`, `${MODULES}/ngx_http_lua_module.so`],
      http: `init_by_lua_block { balancer = require("ngx.balancer") }
        upstream backend {
          server 0.0.0.1;
          balancer_by_lua_block { balancer.set_current_peer("127.0.0.1", ${upstreamPort}) }
          keepalive 256;
        }
        server { listen 127.0.0.1:${port}; log_by_lua_block { local done = true }
          location / { access_by_lua_block { local done = true } ${proxyTo("http://backend")} } }`,
    })),
};

export function nginxVersion(): string {
  const text = execFileSync("sh", ["-c", "nginx -v 2>&1"], { encoding: "utf8" });
  return /nginx\/(\S+)/.exec(text)?.[1] ?? "unknown";
}

/** One worker, connections kept open on both sides, no access log. */
export async function startNginx(
  name: string,
  core: number,
  wrapper: readonly string[] | undefined,
  configure: (port: number) => { http: string; modules?: readonly string[] },
): Promise<Contender> {
  const directory = makeDirectory();
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
      removeDirectory(directory);
    },
  };
}

export function proxyTo(target: string): string {
  return `proxy_http_version 1.1; proxy_set_header Connection ""; proxy_pass ${target};`;
}

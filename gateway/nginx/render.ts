import { TLS_POOLS } from "../contract/tls-pools";

export interface NginxSettings {
  /** Absolute; holds everything a node keeps on disk. */
  readonly stateDirectory: string;
  /** Absolute; the compiled runtime. */
  readonly luaDirectory: string;
  readonly modulesDirectory: string;
  /** PEM bundle that upstream certificates must chain to. */
  readonly upstreamCaFile: string;
  readonly host: string;
  readonly port: number;
  readonly statusHost: string;
  readonly statusPort: number;
  readonly workers: number;
  /** True when started as root: workers then keep the owner of the state directory instead of dropping to an account that cannot read it. */
  readonly runsAsRoot: boolean;
  readonly workerConnections: number;
  readonly maxBodyBytes: number;
  /** Counters of rate limits the node can hold at once. */
  readonly counterCapacity: number;
  readonly logLevel: "debug" | "info" | "notice" | "warn" | "error";
}

export const NGINX_DEFAULTS = {
  modulesDirectory: "/usr/lib/nginx/modules",
  upstreamCaFile: "/etc/ssl/certs/ca-certificates.crt",
  workerConnections: 4096,
  maxBodyBytes: 104_857_600,
  counterCapacity: 262_144,
  logLevel: "warn",
} as const satisfies Partial<NginxSettings>;

const UPSTREAM_KEEPALIVE = 256;
const TLS_KEEPALIVE = 64;

/**
 * Fills the template. Everything is quoted for nginx; a path that cannot be quoted is refused.
 * @param template text of nginx.conf.template
 */
export function renderNginxConfig(template: string, settings: NginxSettings): string {
  const stateDirectory = safePath(settings.stateDirectory);
  const values: Record<string, string> = {
    modulesDirectory: safePath(settings.modulesDirectory),
    userDirective: settings.runsAsRoot ? "user root;" : "",
    workers: String(settings.workers),
    openFiles: String(settings.workerConnections * 2 + 1024),
    stateDirectory,
    logLevel: settings.logLevel,
    workerConnections: String(settings.workerConnections),
    luaDirectory: safePath(settings.luaDirectory),
    luaSettings: `{ stateDirectory = "${stateDirectory}", workers = ${settings.workers}, counterCapacity = ${settings.counterCapacity} }`,
    maxBodyBytes: String(settings.maxBodyBytes),
    upstreamCaFile: safePath(settings.upstreamCaFile),
    upstreamKeepalive: String(UPSTREAM_KEEPALIVE),
    tlsUpstreams: renderTlsUpstreams(),
    listen: address(settings.host, settings.port),
    statusListen: address(settings.statusHost, settings.statusPort),
  };
  return template.replace(/\{\{(\w+)\}\}/g, (_match, name: string) => {
    const value = values[name];
    if (value === undefined) {
      throw new Error(`nginx.conf.template names an unknown value: ${name}`);
    }
    return value;
  });
}

function renderTlsUpstreams(): string {
  return Array.from({ length: TLS_POOLS }, (_unused, pool) =>
    [
      `  upstream gatehouse_tls_${pool} {`,
      "    server 0.0.0.1;",
      "    balancer_by_lua_block { gatehouse.balancer() }",
      `    keepalive ${TLS_KEEPALIVE};`,
      "    keepalive_timeout 4s;",
      "  }",
    ].join("\n"),
  ).join("\n");
}

function address(host: string, port: number): string {
  return host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`;
}

function safePath(path: string): string {
  if (/["'\\$;{}\s]/.test(path)) {
    throw new Error(`nginx cannot take the path ${path}: it holds spaces, quotes, a backslash, $, ; or braces`);
  }
  return path;
}

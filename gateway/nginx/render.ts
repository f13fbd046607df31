import { CACHE_SECONDS } from "../contract/cache-seconds";
import { STATE_FILES } from "../contract/shared-memory";
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
  /** HTTPS with HTTP/2; undefined = none. */
  readonly tlsPort?: number | undefined;
  /** HTTP/2 without TLS, for gRPC; undefined = none. */
  readonly h2cPort?: number | undefined;
  readonly statusHost: string;
  readonly statusPort: number;
  readonly workers: number;
  /** True when started as root: workers then keep the owner of the state directory instead of dropping to an account that cannot read it. */
  readonly runsAsRoot: boolean;
  readonly workerConnections: number;
  readonly maxBodyBytes: number;
  /** Addresses and ranges of load balancers in front of the node, whose X-Forwarded-For is believed. */
  readonly trustedProxies: readonly string[];
  /** Counters of rate limits the node can hold at once. */
  readonly counterCapacity: number;
  readonly logLevel: "debug" | "info" | "notice" | "warn" | "error";
}

export const NGINX_DEFAULTS = {
  modulesDirectory: "/usr/lib/nginx/modules",
  upstreamCaFile: "/etc/ssl/certs/ca-certificates.crt",
  workerConnections: 4096,
  maxBodyBytes: 104_857_600,
  trustedProxies: [],
  counterCapacity: 2_097_152,
  logLevel: "warn",
} as const satisfies Partial<NginxSettings>;

/** Header fields of every request to an upstream. A location that adds one of its own must name them all: nginx then inherits none. */
const forwardedFields = ({ trustedProxies }: NginxSettings): readonly Field[] => [
  ["Host", "$gatehouse_host"],
  ["X-Request-Id", "$gatehouse_request_id"],
  ["X-Forwarded-For", trustedProxies.length === 0 ? "$proxy_add_x_forwarded_for" : "$gatehouse_forwarded_for"],
  ["X-Forwarded-Proto", "$scheme"],
  ["X-Forwarded-Host", "$http_host"],
];

/** The key stops here. */
const KEY_FIELD: Field = ["X-API-Key", '""'];

type Field = readonly [name: string, value: string];

/** What one connection may ask for at once; how fast it may begin and give up streams nginx bounds by itself (CVE-2023-44487). */
const HTTP2_LIMITS = ["http2_max_concurrent_streams 128;"];

const UPSTREAM_KEEPALIVE = 256;
const TLS_KEEPALIVE = 64;

/**
 * Fills the template. Everything is quoted for nginx; a path that cannot be quoted is refused.
 * @param template text of nginx.conf.template
 */
export function renderNginxConfig(template: string, settings: NginxSettings): string {
  const stateDirectory = safePath(settings.stateDirectory);
  const forwarded = forwardedFields(settings);
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
    trustedProxies: renderTrustedProxies(settings.trustedProxies),
    upstreamCaFile: safePath(settings.upstreamCaFile),
    proxyFields: renderFields("proxy", [...inOneField(forwarded), KEY_FIELD, ["Connection", '""']], 2),
    websocketFields: renderFields(
      "proxy",
      [...inOneField(forwarded), KEY_FIELD, ["Connection", "upgrade"], ["Upgrade", "websocket"]],
      6,
    ),
    grpcFields: renderFields("grpc", [...forwarded, KEY_FIELD], 2),
    upstreamKeepalive: String(UPSTREAM_KEEPALIVE),
    tlsUpstreams: renderTlsUpstreams(),
    cacheLocations: CACHE_SECONDS.flatMap((seconds) => [
      renderCacheLocation(seconds, false),
      renderCacheLocation(seconds, true),
    ]).join("\n"),
    sessionCache: settings.tlsPort === undefined ? "off" : "shared:gatehouse_tls:16m",
    statusListen: address(settings.statusHost, settings.statusPort),
  };
  return fill(repeatServers(template, serversOf(settings, stateDirectory)), values);
}

/**
 * Whoever connects through one of these is taken for the last address in X-Forwarded-For that is none of them: by nginx itself, so that limits,
 * policies, balancing and the request log see one and the same client. Upstreams still get the whole way, with the proxy's own address at its
 * end, which nginx's own variable would put the client in place of.
 */
function renderTrustedProxies(proxies: readonly string[]): string {
  if (proxies.length === 0) {
    return "";
  }
  return [
    ...proxies.map((proxy) => `  set_real_ip_from ${safeAddress(proxy)};`),
    "  real_ip_header X-Forwarded-For;",
    "  real_ip_recursive on;",
    "  map $http_x_forwarded_for $gatehouse_forwarded_for {",
    '    "" $realip_remote_addr;',
    '    default "$http_x_forwarded_for, $realip_remote_addr";',
    "  }",
  ].join("\n");
}

function safeAddress(range: string): string {
  if (!/^[0-9a-fA-F:.]+(\/\d{1,3})?$/.test(range)) {
    throw new Error(`"${range}" is no address and no range of addresses`);
  }
  return range;
}

function fill(text: string, values: Readonly<Record<string, string>>): string {
  return text.replace(/\{\{(\w+)\}\}/g, (match, name: string) => {
    const value = values[name];
    if (value === undefined) {
      throw new Error(`nginx.conf.template names an unknown value: ${match}`);
    }
    return value;
  });
}

/** Where servers differ: what they listen on, what their access phase runs, and how they set the fields of usual responses. */
interface ServerValues {
  readonly listen: string;
  readonly access: string;
  readonly responseFields: string;
}

/** One field with the lines of all (see inOneField): where it is HTTP/1 for sure, and no policy looks at the response. */
const RESPONSE_FIELDS_IN_ONE = [
  "      add_header X-Request-Id",
  '"$gatehouse_request_id$gatehouse_release_field$gatehouse_rate_fields$gatehouse_rate_limit" always;',
].join(" ");

/** A block for plain connections, for HTTP/2 without TLS, and for TLS: so only calls over TLS pay for what is asked of them. */
function serversOf(settings: NginxSettings, stateDirectory: string): ServerValues[] {
  const { host, port, h2cPort, tlsPort } = settings;
  const plain = { access: "gatehouse.access()", responseFields: RESPONSE_FIELDS_IN_ONE };
  const servers = [{ ...plain, listen: lines([`listen ${address(host, port)} backlog=4096;`]) }];
  if (h2cPort !== undefined) {
    const listen = lines([`listen ${address(host, h2cPort)} http2 backlog=4096;`, ...HTTP2_LIMITS]);
    servers.push({ ...plain, listen, responseFields: "" });
  }
  if (tlsPort !== undefined) {
    const secure = [
      `listen ${address(host, tlsPort)} ssl http2 backlog=4096;`,
      ...HTTP2_LIMITS,
      `ssl_certificate "${stateDirectory}/${STATE_FILES.fallbackCertificate}";`,
      `ssl_certificate_key "${stateDirectory}/${STATE_FILES.fallbackCertificate}";`,
      "ssl_certificate_by_lua_block { gatehouse.certificate() }",
    ];
    servers.push({ listen: lines(secure), access: "gatehouse.secureAccess()", responseFields: "" });
  }
  return servers;
}

function lines(directives: readonly string[]): string {
  return directives.map((directive) => `    ${directive}`).join("\n");
}

function repeatServers(template: string, servers: readonly ServerValues[]): string {
  return template.replace(/\{\{#servers\}\}\n([^]*?)\{\{\/servers\}\}\n/, (_match, block: string) =>
    servers
      .map(({ listen, access, responseFields }) =>
        block
          .replace("{{listen}}", () => listen)
          .replace("{{access}}", () => access)
          .replaceAll("{{responseFields}}", () => responseFields),
      )
      .join("\n"),
  );
}

/**
 * The lines of several fields as one field of HTTP/1: nginx works through each field that it sets, twice per request. The others are named
 * as well, without a value, which costs nothing: they keep the client's own from going on.
 */
function inOneField([first = ["", ""], ...others]: readonly Field[]): Field[] {
  const lines = others.map(([name, value]) => `\\r\\n${name}: ${value}`).join("");
  return [[first[0], `"${first[1]}${lines}"`], ...others.map(([name]): Field => [name, '""'])];
}

function renderFields(module: "proxy" | "grpc", fields: readonly Field[], indent: number): string {
  return fields.map(([name, value]) => `${" ".repeat(indent)}${module}_set_header ${name} ${value};`).join("\n");
}

function renderTlsUpstreams(): string {
  return Array.from({ length: TLS_POOLS }, (_unused, pool) => [
    renderPool(`gatehouse_tls_${pool}`),
    renderPool(`gatehouse_grpc_tls_${pool}`),
  ])
    .flat()
    .join("\n");
}

function renderPool(name: string): string {
  return [
    `  upstream ${name} {`,
    "    server 0.0.0.1;",
    "    balancer_by_lua_block { gatehouse.balancer() }",
    `    keepalive ${TLS_KEEPALIVE};`,
    "    keepalive_timeout 4s;",
    "  }",
  ].join("\n");
}

/** What is kept without a word of the upstream's: the statuses that RFC 9110 §15.1 lets be, but 404 and errors. */
function renderCacheLocation(seconds: number, isCompressed: boolean): string {
  return [
    `    location @cached_${seconds}${isCompressed ? "_compressed" : ""} {`,
    ...(isCompressed ? ["      gzip on;"] : []),
    // Only what nginx buffers it keeps.
    "      proxy_buffering on;",
    "      proxy_cache gatehouse_cache;",
    "      proxy_cache_key $gatehouse_cache_key;",
    "      proxy_cache_bypass $gatehouse_cache_refresh;",
    // Asked when the header filter has seen the answer.
    "      proxy_no_cache $gatehouse_cache_not_stored;",
    `      proxy_cache_valid 200 203 204 300 301 308 410 ${seconds}s;`,
    "      proxy_cache_lock on;",
    // A hit then costs neither open nor close.
    "      open_file_cache max=4096 inactive=60s;",
    "      proxy_cache_revalidate on;",
    "      header_filter_by_lua_block { gatehouse.headerFilter() }",
    "      body_filter_by_lua_block { gatehouse.bodyFilter() }",
    "      proxy_pass $gatehouse_origin$gatehouse_target;",
    "    }",
  ].join("\n");
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

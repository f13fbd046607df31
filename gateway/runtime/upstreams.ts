import type { Target, Upstream, UpstreamsChunk } from "../contract/bundle-types";
import { TLS_POOLS } from "../contract/tls-pools";
import type { RuntimeTarget, RuntimeUpstream } from "./bundle";

/** nginx.conf's own; an upstream that wants others sets them per request. */
const DEFAULT_CONNECT_TIMEOUT_MS = 5_000;
const DEFAULT_TIMEOUT_MS = 60_000;
const HTTP_PORT = 80;
const HTTPS_PORT = 443;

/**
 * TLS name → number of its upstream block. Never given to another name while the worker lives: its pool may hold connections that were
 * made, and verified, for the first.
 */
const tlsPools = new LuaTable<string, number>();
let usedTlsPools = 0;

export function linkUpstreams(
  chunk: UpstreamsChunk,
  addresses: Readonly<Record<string, readonly string[]>>,
): LuaTable<number, RuntimeUpstream> {
  const upstreams = new LuaTable<number, RuntimeUpstream>();
  for (const upstream of chunk.upstreams) {
    upstreams.set(upstream.id, linkUpstream(upstream, addresses));
  }
  return upstreams;
}

function linkUpstream(upstream: Upstream, addresses: Readonly<Record<string, readonly string[]>>): RuntimeUpstream {
  const targets = upstream.targets.map((target) => linkTarget(target, addresses));
  const sequence: RuntimeTarget[] = [];
  for (const index of upstream.sequence) {
    const target = targets[index];
    if (target !== undefined && target.addresses.length > 0) {
      sequence.push(target);
    }
  }
  return {
    id: upstream.id,
    sequence,
    // Workers start at different places, so that few requests already spread over all targets.
    cursor: sequence.length === 0 ? 0 : math.random(0, sequence.length - 1),
    connectTimeoutMs: upstream.connectTimeoutMs,
    sendTimeoutMs: upstream.sendTimeoutMs,
    readTimeoutMs: upstream.readTimeoutMs,
    hasOwnTimeouts:
      upstream.connectTimeoutMs !== DEFAULT_CONNECT_TIMEOUT_MS ||
      upstream.sendTimeoutMs !== DEFAULT_TIMEOUT_MS ||
      upstream.readTimeoutMs !== DEFAULT_TIMEOUT_MS,
  };
}

function linkTarget(target: Target, addresses: Readonly<Record<string, readonly string[]>>): RuntimeTarget {
  const isTls = target.scheme === "https";
  const block = isTls ? tlsBlock(target.host) : "gatehouse";
  const isOwnPort = target.port === (isTls ? HTTPS_PORT : HTTP_PORT);
  const host = bracketed(target.host);
  return {
    prefix: `${target.scheme}://${block}${target.path}`,
    hostField: isOwnPort ? host : `${host}:${string.format("%d", target.port)}`,
    tlsName: isTls ? target.host : "",
    port: target.port,
    addresses: (addresses[target.host] ?? literalAddress(target.host)).map((address) => bracketed(address)),
    nextAddress: 0,
  };
}

/** IPv6 as nginx and the Host field want it. */
function bracketed(host: string): string {
  return string.find(host, ":", 1, true)[0] === undefined ? host : `[${host}]`;
}

function literalAddress(host: string): string[] {
  const isAddress = string.find(host, ":", 1, true)[0] !== undefined || string.match(host, "^[%d.]+$")[0] !== undefined;
  return isAddress ? [host] : [];
}

function tlsBlock(name: string): string {
  const known = tlsPools.get(name);
  if (known !== undefined) {
    return `gatehouse_tls_${string.format("%d", known)}`;
  }
  if (usedTlsPools >= TLS_POOLS) {
    return "gatehouse_tls_single";
  }
  const pool = usedTlsPools;
  usedTlsPools += 1;
  tlsPools.set(name, pool);
  return `gatehouse_tls_${string.format("%d", pool)}`;
}

/** The next target of the weighted round robin, undefined when no name of the upstream resolves. */
export function pickTarget(upstream: RuntimeUpstream): RuntimeTarget | undefined {
  const sequence = upstream.sequence;
  const target = sequence[upstream.cursor];
  const next = upstream.cursor + 1;
  upstream.cursor = next < sequence.length ? next : 0;
  return target;
}

/** Another target that the request can still go to: nginx.conf's pool and the path were chosen with the first. */
export function pickOtherTarget(upstream: RuntimeUpstream, failed: RuntimeTarget): RuntimeTarget | undefined {
  for (const _turn of upstream.sequence) {
    const target = pickTarget(upstream);
    if (target !== undefined && target !== failed && target.prefix === failed.prefix) {
      return target;
    }
  }
  return undefined;
}

/** The next address of a target, in turn. */
export function pickAddress(target: RuntimeTarget): string {
  const addresses = target.addresses;
  const address = addresses[target.nextAddress];
  const next = target.nextAddress + 1;
  target.nextAddress = next < addresses.length ? next : 0;
  return address ?? "";
}

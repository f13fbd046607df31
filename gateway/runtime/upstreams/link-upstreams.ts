import type { Target, Upstream, UpstreamsChunk } from "../../contract/bundle-types";
import { TLS_POOLS } from "../../contract/tls-pools";
import type { RuntimeTarget, RuntimeUpstream } from "../release/bundle";
import { findClientCertificate, type RuntimeClientCertificate } from "../certificates";
import { questionOf } from "../../contract/upstream-question";
import { makeUpstream } from "./make-upstream";
import type { RuntimeMirror } from "./mirror";
import { spreadMembers } from "./spread-members";

const HTTP_PORT = 80;
const HTTPS_PORT = 443;

/**
 * TLS name, and number of the certificate that is presented → number of its upstream block. Never given to another while the worker lives: its pool may hold connections that were
 * made, and verified, for the first.
 */
const tlsPools = new LuaTable<string, number>();
let usedTlsPools = 0;

/**
 * @param linked gets the chunk's upstreams by id
 * @param giveWay called between two upstreams
 */
export function linkUpstreams(
  chunk: UpstreamsChunk,
  addresses: Addresses,
  linkManaged: LinkManaged,
  linkMirror: LinkMirror,
  linked: LuaTable<number, RuntimeUpstream>,
  giveWay: (this: void) => void,
): void {
  for (const upstream of chunk.upstreams) {
    giveWay();
    linked.set(upstream.id, linkUpstream(upstream, addresses, linkManaged, linkMirror));
  }
}

type Addresses = Readonly<Record<string, readonly string[]>>;

/** Links an upstream that is more than a round robin; undefined for one that is not. Given from outside: it needs nginx. */
export type LinkManaged = (
  this: void,
  upstream: Upstream,
  targets: readonly TargetMembers[],
) => RuntimeUpstream | undefined;

/** Links the pool that gets copies of an upstream's calls; undefined where none does. Given from outside, too. */
export type LinkMirror = (
  this: void,
  upstream: Upstream,
  targets: readonly TargetMembers[],
  linked: RuntimeUpstream,
) => RuntimeMirror | undefined;

/**
 * What a target stands for, in the order of its turns: itself, nothing when it has no address, or what its SRV records name, those with more
 * weight more often.
 */
export type TargetMembers = readonly RuntimeTarget[];

function linkUpstream(
  upstream: Upstream,
  addresses: Addresses,
  linkManaged: LinkManaged,
  linkMirror: LinkMirror,
): RuntimeUpstream {
  const name = upstream.clientCertificate;
  const certificate = name === undefined ? undefined : findClientCertificate(name);
  if (name !== undefined && certificate === undefined) {
    return { ...makeUpstream(upstream, [], undefined), lacksCertificate: true };
  }
  const tls = { serverName: upstream.tlsName, certificate };
  const targets = upstream.targets.map((target) => linkMembers(target, tls, addresses));
  const linked =
    linkManaged(upstream, targets) ?? makeUpstream(upstream, spreadMembers(targets, upstream.sequence), undefined);
  linked.mirror = linkMirror(upstream, targets, linked);
  return linked;
}

interface UpstreamTls {
  readonly serverName: string | undefined;
  readonly certificate: RuntimeClientCertificate | undefined;
}

function linkMembers(target: Target, tls: UpstreamTls, addresses: Addresses): TargetMembers {
  const found = addresses[questionOf(target)] ?? literalAddress(target.host);
  if (target.service === undefined) {
    const all = found.map((address) => bracketed(address));
    return all.length === 0 ? [] : [linkTarget(target, tls, all, target.port)];
  }
  const byPeer = new LuaTable<string, RuntimeTarget>();
  const members: RuntimeTarget[] = [];
  for (const peer of found) {
    const [address, port] = string.match(peer, "^(.+):(%d+)$");
    if (address !== undefined && port !== undefined) {
      const member = byPeer.get(peer) ?? linkTarget(target, tls, [address], math.floor(tonumber(port) as number));
      byPeer.set(peer, member);
      members.push(member);
    }
  }
  return members;
}

function linkTarget(
  target: Target,
  { serverName, certificate }: UpstreamTls,
  addresses: readonly string[],
  port: number,
): RuntimeTarget {
  const isTls = target.scheme === "https";
  const tlsName = isTls ? (serverName ?? target.host) : "";
  const clientCertificate = isTls ? certificate : undefined;
  const pool = isTls ? tlsPool(tlsName, clientCertificate) : "";
  const isOwnPort = target.port === (isTls ? HTTPS_PORT : HTTP_PORT);
  const host = bracketed(target.host);
  return {
    prefix: `${target.scheme}://gatehouse${pool}${target.path}`,
    grpcPass: `${isTls ? "grpcs" : "grpc"}://gatehouse_grpc${pool}`,
    path: target.path,
    hostField: isOwnPort ? host : `${host}:${string.format("%d", target.port)}`,
    tlsName,
    clientCertificate,
    port,
    addresses,
    peers: new LuaTable(),
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

/** End of the names of its upstream blocks: one for HTTP/1.1, one for gRPC. */
function tlsPool(tlsName: string, certificate: RuntimeClientCertificate | undefined): string {
  const name = certificate === undefined ? tlsName : `${tlsName} ${string.format("%d", certificate.number)}`;
  const known = tlsPools.get(name);
  if (known !== undefined) {
    return `_tls_${string.format("%d", known)}`;
  }
  if (usedTlsPools >= TLS_POOLS) {
    return "_tls_single";
  }
  const pool = usedTlsPools;
  usedTlsPools += 1;
  tlsPools.set(name, pool);
  return `_tls_${string.format("%d", pool)}`;
}

/** The next target of the weighted round robin, undefined when no name of the upstream resolves. */
export function pickTarget(upstream: Pick<RuntimeUpstream, "sequence" | "cursor">): RuntimeTarget | undefined {
  const sequence = upstream.sequence;
  const target = sequence[upstream.cursor];
  const next = upstream.cursor + 1;
  upstream.cursor = next < sequence.length ? next : 0;
  return target;
}

/**
 * Another target that the request can still go to: nginx.conf's pool and the path were chosen with the first. Not the next in turn: a target
 * that fails would then be the first for every call, when there are two.
 * @param failed what the request has been to, the last one at the end
 */
export function pickOther<Target extends RuntimeTarget>(
  targets: readonly Target[],
  failed: readonly RuntimeTarget[],
): Target | undefined {
  const prefix = failed[failed.length - 1]?.prefix;
  const count = targets.length;
  const first = count === 0 ? 0 : math.random(0, count - 1);
  for (const step of $range(0, count - 1)) {
    const target = targets[(first + step) % count];
    if (target !== undefined && target.prefix === prefix && !failed.includes(target)) {
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

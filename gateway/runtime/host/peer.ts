import * as ffi from "ffi";
import * as library from "ngx.balancer";

// What the Lua module keeps of a request while its balancer runs (ngx_http_lua_balancer_peer_data_t), from the configuration on, and how
// nginx's structures lead there: ngx_http_request_t → ngx_http_upstream_t → peer.data, with keep-alive's own in between.
ffi.cdef(`
typedef struct { size_t bytes; const char *data; } gatehouse_peer_name;
typedef struct {
  void *configuration, *request;
  uintptr_t moreTries, allTries;
  const void *socketAddress;
  uint32_t socketAddressBytes;
  gatehouse_peer_name *behind[4];
} gatehouse_balancing;
typedef struct { void *before[11]; char *data; } gatehouse_upstream;
typedef struct { void *configuration; gatehouse_upstream *upstream; char *balancing; } gatehouse_keepalive;
typedef struct { void *before[9]; gatehouse_upstream *upstream; } gatehouse_request;
typedef struct { uint16_t family; uint8_t port[2]; } gatehouse_socket_address;
`);

/** Where a version of the Lua module keeps what. */
interface Layout {
  /** Of the configuration, in bytes. */
  readonly offset: number;
  /** Index into `behind`. */
  readonly name: number;
}

/** By version; 10023 is 0.10.23, of Debian 12, 10028 of Debian 13. */
const LAYOUTS = new LuaTable<number, Layout>();
LAYOUTS.set(10_023, { offset: 40, name: 0 });
LAYOUTS.set(10_028, { offset: 56, name: 3 });

/** An address as nginx made it from its text: a struct sockaddr, and the name that its logs have. */
export interface Peer {
  readonly socketAddress: CData;
  readonly socketAddressBytes: number;
  readonly name: PeerName;
  /** Keeps the name's bytes alive. */
  readonly text: string;
}

/** By address, of one port. */
export type Peers = LuaTable<string, Peer>;

interface PeerName {
  bytes: number;
  data: unknown;
}

interface Balancing {
  readonly request: CData;
  socketAddress: CData;
  socketAddressBytes: number;
  readonly behind: CArray<PeerName>;
}

interface Upstream {
  readonly data: CData;
}

interface Keepalive {
  readonly upstream: Upstream;
  readonly balancing: CData;
}

const AF_INET = 2;
const AF_INET6 = 10;
const LONGEST_SOCKET_ADDRESS = 28;

let layout: Layout | undefined = LAYOUTS.get(ngx.config.ngx_lua_version);

/**
 * Names the peer of the current request. The Lua module reads the address's text, and prints it again, for each call that names it; here the first
 * one leaves what came out, and it is put in place for the others. That is believed only of versions whose structures are known, and after
 * what the module itself has put there has been found to be the address.
 * @param peers what has been named before; kept until the request is logged, because nginx reads it until then
 * @throws when nginx does not take the address
 */
export function namePeer(request: CData, peers: Peers, address: string, port: number): void {
  const peer = peers.get(address);
  if (peer === undefined || layout === undefined) {
    return nameNewPeer(request, peers, address, port);
  }
  const balancing = balancingOf(request, layout);
  if (balancing === undefined) {
    return nameByText(address, port);
  }
  balancing.socketAddress = peer.socketAddress;
  balancing.socketAddressBytes = peer.socketAddressBytes;
  balancing.behind[layout.name] = peer.name;
}

function nameByText(address: string, port: number): void {
  const [isTaken, reason] = library.set_current_peer(address, port);
  if (isTaken === undefined) {
    error(`nginx does not take the address ${address}: ${reason}`);
  }
}

function nameNewPeer(request: CData, peers: Peers, address: string, port: number): void {
  nameByText(address, port);
  if (layout === undefined) {
    return;
  }
  const balancing = balancingOf(request, layout);
  const peer = balancing === undefined ? undefined : copyPeer(balancing, layout, address, port);
  if (peer === undefined) {
    // A build of another kind: its structures are left alone.
    layout = undefined;
    return;
  }
  peers.set(address, peer);
}

/** Undefined when it is not where it should be. */
function balancingOf(request: CData, { offset }: Layout): Balancing | undefined {
  const { upstream } = ffi.cast("gatehouse_request *", request) as unknown as { readonly upstream: Upstream };
  const direct = at(upstream.data, offset);
  if (direct.request === request) {
    return direct;
  }
  const keepalive = ffi.cast("gatehouse_keepalive *", upstream.data) as unknown as Keepalive;
  if (keepalive.upstream !== upstream) {
    return undefined;
  }
  const behind = at(keepalive.balancing, offset);
  return behind.request === request ? behind : undefined;
}

function at(start: CData, offset: number): Balancing {
  const place = (start as unknown as number) + offset;
  const balancing = ffi.cast("gatehouse_balancing *", place) as unknown as Balancing;
  return balancing;
}

function copyPeer(balancing: Balancing, { name }: Layout, address: string, port: number): Peer | undefined {
  const { socketAddress, socketAddressBytes } = balancing;
  const text = `${address}:${string.format("%d", port)}`;
  if (socketAddressBytes > LONGEST_SOCKET_ADDRESS || !isOf(socketAddress, port)) {
    return undefined;
  }
  const given = balancing.behind[name] as PeerName;
  if (tonumber(given.bytes) !== text.length || ffi.string(given.data, text.length) !== text) {
    return undefined;
  }
  const copy = ffi.new("uint64_t[4]");
  ffi.copy(copy, socketAddress, socketAddressBytes);
  const copied = ffi.new("gatehouse_peer_name") as unknown as PeerName;
  copied.bytes = text.length;
  copied.data = text;
  return { socketAddress: copy, socketAddressBytes, name: copied, text };
}

function isOf(socketAddress: CData, port: number): boolean {
  const { family, port: bytes } = ffi.cast("gatehouse_socket_address *", socketAddress) as unknown as {
    readonly family: number;
    readonly port: CArray<number>;
  };
  return (family === AF_INET || family === AF_INET6) && (bytes[0] as number) * 256 + (bytes[1] as number) === port;
}

import * as bits from "bit";
import * as ffi from "ffi";
import { readNumberVariable, readVariable } from "./request";
import { BYTES_SENT, CONNECTION, CONNECTION_REQUESTS, SERVER_PROTOCOL } from "./variables";

// The beginnings of ngx_http_request_t and ngx_connection_t, which have been the same since nginx 1.0. Only looked at after the signature
// and the back pointer, or what nginx itself says, have been found right.
ffi.cdef(`
typedef struct {
  void *data, *read, *write;
  int socket;
  void *receive, *send, *receiveChain, *sendChain, *listening;
  int64_t sent;
} gatehouse_nginx_connection;
typedef struct { uint32_t signature; gatehouse_nginx_connection *connection; } gatehouse_nginx_request;
typedef struct { uintptr_t number, startTime, requests; uint32_t flags; } gatehouse_nginx_stream;
typedef struct { int socket; short events, found; } gatehouse_poll;
int poll(gatehouse_poll *sockets, unsigned long count, int milliseconds);
long recv(int socket, void *buffer, size_t bytes, int flags);
int shutdown(int socket, int how);
`);

interface NginxRequest {
  readonly signature: number;
  readonly connection: { readonly data: CData; readonly socket: number; readonly sent: CData };
}

interface NginxStream {
  readonly number: CData;
  readonly requests: CData;
  readonly flags: number;
}

interface Poll extends CData {
  socket: number;
  events: number;
  found: number;
}

interface SocketFunctions {
  poll: (this: void, sockets: Poll, count: number, milliseconds: number) => number;
  recv: (this: void, socket: number, buffer: CData, bytes: number, flags: number) => CData;
  shutdown: (this: void, socket: number, how: number) => number;
}

const C = ffi.C as SocketFunctions;
/** "HTTP" */
const SIGNATURE = 0x50545448;
const PEEK_WITHOUT_WAITING = 0x42;
const WOULD_BLOCK = 11;
/** Behind `buffered` (8 bits), `log_error` (3) and `timedout` (1). */
const ERROR_FLAG = 0x1000;
const BOTH_WAYS = 2;

/** POLLRDHUP: the other side sends nothing more. Errors are told without being asked for. */
const HUNG_UP = 0x2000;

const buffer = ffi.new("char[1]");
const asked = ffi.new("gatehouse_poll") as unknown as Poll;

/** Where a connection's number is: in nginx 1.22, and since it knows HTTP/3. */
const NUMBER_OFFSETS = [200, 208];

/** Whether the client has closed or reset its connection. For rare requests: a response that broke off, a call that waits. */
export function hasClientGone(request: CData): boolean {
  if (readVariable(request, SERVER_PROTOCOL) === "HTTP/2.0") {
    return hasStreamGone(request);
  }
  const socket = socketOf(request);
  if (socket < 0) {
    return false;
  }
  const received = tonumber(C.recv(socket, buffer, 1, PEEK_WITHOUT_WAITING)) ?? 0;
  return received === 0 || (received < 0 && ffi.errno() !== WOULD_BLOCK) || hasHungUp(socket);
}

/** Also behind something that nobody has read, such as the end of a TLS session. */
function hasHungUp(socket: number): boolean {
  asked.socket = socket;
  asked.events = HUNG_UP;
  asked.found = 0;
  return C.poll(asked, 1, 0) > 0;
}

/**
 * Whether the client has given up a stream of HTTP/2, or its connection: the streams of a connection share its socket, which tells nothing of one
 * of them. nginx keeps a connection structure per stream and marks it. Its layout is that of Debian's builds; two numbers just before the mark
 * that nginx also tells in other ways must be right, or nothing is believed.
 */
function hasStreamGone(request: CData): boolean {
  const fields = ffi.cast("gatehouse_nginx_request *", request) as unknown as NginxRequest;
  if (fields.signature !== SIGNATURE || fields.connection.data !== request) {
    return false;
  }
  const connection = ffi.cast("char *", fields.connection) as unknown as number;
  const number = readNumberVariable(request, CONNECTION);
  const requests = readNumberVariable(request, CONNECTION_REQUESTS);
  for (const offset of NUMBER_OFFSETS) {
    const stream = ffi.cast("gatehouse_nginx_stream *", connection + offset) as unknown as NginxStream;
    if (tonumber(stream.number) === number && tonumber(stream.requests) === requests) {
      return bits.band(stream.flags, ERROR_FLAG) !== 0;
    }
  }
  return false;
}

/** Ends the connection of HTTP/1 for both sides, so that nothing is answered on it any more; nginx then finds it closed and clears it away. */
export function closeClientConnection(request: CData): void {
  const socket = socketOf(request);
  if (socket >= 0 && readVariable(request, SERVER_PROTOCOL) !== "HTTP/2.0") {
    C.shutdown(socket, BOTH_WAYS);
  }
}

function socketOf(request: CData): number {
  const fields = ffi.cast("gatehouse_nginx_request *", request) as unknown as NginxRequest;
  const isKnown = fields.signature === SIGNATURE && fields.connection.data === request;
  return isKnown ? fields.connection.socket : -1;
}

/** Answers whose length is looked up in both ways before the short one is believed. */
const COMPARISONS = 16;
let compared = 0;

/**
 * Bytes of the answer, head and all, as $bytes_sent has them: without nginx writing them as text for us to read. Should a build of nginx
 * keep them elsewhere, the first answers show it, and the variable is read for good.
 */
export function bytesSent(request: CData): number {
  if (compared < COMPARISONS) {
    return compareBytesSent(request);
  }
  const fields = ffi.cast("gatehouse_nginx_request *", request) as unknown as NginxRequest;
  const sent = tonumber(fields.connection.sent);
  return sent as number;
}

function compareBytesSent(request: CData): number {
  const told = readNumberVariable(request, BYTES_SENT);
  const fields = ffi.cast("gatehouse_nginx_request *", request) as unknown as NginxRequest;
  const isSame = fields.signature === SIGNATURE && tonumber(fields.connection.sent) === told;
  compared = isSame ? compared + 1 : -math.huge;
  return told;
}

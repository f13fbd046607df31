import * as ffi from "ffi";

// The beginnings of ngx_http_request_t and ngx_connection_t, which have been the same since nginx 1.0. Only looked at after the signature
// and the back pointer have been found right.
ffi.cdef(`
typedef struct { void *data; void *read; void *write; int socket; } gatehouse_nginx_connection;
typedef struct { uint32_t signature; gatehouse_nginx_connection *connection; } gatehouse_nginx_request;
long recv(int socket, void *buffer, size_t bytes, int flags);
`);

interface NginxRequest {
  readonly signature: number;
  readonly connection: { readonly data: CData; readonly socket: number };
}

interface SocketFunctions {
  recv: (this: void, socket: number, buffer: CData, bytes: number, flags: number) => CData;
}

const C = ffi.C as SocketFunctions;
/** "HTTP" */
const SIGNATURE = 0x50545448;
const PEEK_WITHOUT_WAITING = 0x42;
const WOULD_BLOCK = 11;

const buffer = ffi.new("char[1]");

/** Whether the client has closed or reset its connection. For the rare response that broke off: tells who broke it. */
export function hasClientGone(request: CData): boolean {
  const fields = ffi.cast("gatehouse_nginx_request *", request) as unknown as NginxRequest;
  if (fields.signature !== SIGNATURE || fields.connection.data !== request) {
    return false;
  }
  const received = tonumber(C.recv(fields.connection.socket, buffer, 1, PEEK_WITHOUT_WAITING)) ?? 0;
  return received === 0 || (received < 0 && ffi.errno() !== WOULD_BLOCK);
}

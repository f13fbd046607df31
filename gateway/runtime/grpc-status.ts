/** https://grpc.github.io/grpc/core/md_doc_statuscodes.html */
const INVALID_ARGUMENT = 3;
const DEADLINE_EXCEEDED = 4;
const PERMISSION_DENIED = 7;
const RESOURCE_EXHAUSTED = 8;
const UNIMPLEMENTED = 12;
const INTERNAL = 13;
const UNAVAILABLE = 14;
const UNAUTHENTICATED = 16;

const HTTP_STATUS = new LuaTable<number, number>();
HTTP_STATUS.set(0, 200);
HTTP_STATUS.set(1, 499);
HTTP_STATUS.set(INVALID_ARGUMENT, 400);
HTTP_STATUS.set(DEADLINE_EXCEEDED, 504);
HTTP_STATUS.set(5, 404);
HTTP_STATUS.set(6, 409);
HTTP_STATUS.set(PERMISSION_DENIED, 403);
HTTP_STATUS.set(RESOURCE_EXHAUSTED, 429);
HTTP_STATUS.set(9, 400);
HTTP_STATUS.set(10, 409);
HTTP_STATUS.set(11, 400);
HTTP_STATUS.set(UNIMPLEMENTED, 501);
HTTP_STATUS.set(UNAVAILABLE, 503);
HTTP_STATUS.set(UNAUTHENTICATED, 401);

/** The HTTP status that a gRPC status stands for, as google.rpc.Code says (500 for the rest): by it calls are counted and circuits opened. */
export function httpStatusOfGrpc(code: number): number {
  return HTTP_STATUS.get(code) ?? 500;
}

const GRPC_STATUS = new LuaTable<number, number>();
GRPC_STATUS.set(401, UNAUTHENTICATED);
GRPC_STATUS.set(403, PERMISSION_DENIED);
GRPC_STATUS.set(404, UNIMPLEMENTED);
GRPC_STATUS.set(405, UNIMPLEMENTED);
GRPC_STATUS.set(408, DEADLINE_EXCEEDED);
GRPC_STATUS.set(413, RESOURCE_EXHAUSTED);
GRPC_STATUS.set(429, RESOURCE_EXHAUSTED);
GRPC_STATUS.set(431, RESOURCE_EXHAUSTED);
GRPC_STATUS.set(500, INTERNAL);
GRPC_STATUS.set(502, UNAVAILABLE);
GRPC_STATUS.set(503, UNAVAILABLE);
GRPC_STATUS.set(504, DEADLINE_EXCEEDED);

/** What an answer of the gateway's own is in gRPC; what a client may try again is UNAVAILABLE. */
export function grpcStatusOf(httpStatus: number): number {
  return GRPC_STATUS.get(httpStatus) ?? INVALID_ARGUMENT;
}

/** "application/grpc", with a format or parameters behind it, but not gRPC-Web, which is another protocol. */
export function isGrpc(type: string): boolean {
  return (
    type === "application/grpc" || type.indexOf("application/grpc+") === 0 || type.indexOf("application/grpc;") === 0
  );
}

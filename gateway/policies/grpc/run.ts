import type { Decision } from "../../contract/decision";
import { isGrpc } from "../shared/is-grpc";
import type { PolicyHost, PolicyRequest } from "../types";

/** Nothing to configure: targets say where, and whether with TLS. */
export interface GrpcPlan {
  readonly [key: string]: unknown;
}

/** Every call of the operation goes by the way of gRPC, and must be one. */
export function run(_plan: GrpcPlan, request: PolicyRequest, host: PolicyHost): Decision | undefined {
  const type = host.variable("content_type");
  if (type === undefined || !isGrpc(type)) {
    return { kind: "refuse", code: "media_type_unsupported", detail: "This operation is called with gRPC." };
  }
  request.transport = "@grpc";
  request.isShaped = true;
  return undefined;
}

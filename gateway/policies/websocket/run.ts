import type { Decision } from "../../contract/decision";
import type { PolicyHost, PolicyRequest, RequestTimeouts } from "../types";

export interface WebsocketPlan {
  readonly [key: string]: unknown;
  readonly timeouts: RequestTimeouts;
}

/** A handshake goes by the way that passes it on; every other call goes on as it would without the policy. */
export function run(plan: WebsocketPlan, request: PolicyRequest, host: PolicyHost): Decision | undefined {
  if (request.method === "GET" && isHandshake(host)) {
    request.transport = "@websocket";
    request.timeouts = plan.timeouts;
    request.isShaped = true;
  }
  return undefined;
}

/** RFC 6455 §4.1; HTTP/2 has no Upgrade (RFC 9113 §8.6). */
function isHandshake(host: PolicyHost): boolean {
  const upgrade = host.variable("http_upgrade");
  return (
    upgrade !== undefined && upgrade.toLowerCase() === "websocket" && host.variable("server_protocol") === "HTTP/1.1"
  );
}

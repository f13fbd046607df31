import type { PolicyHost, PolicyRequest, PolicyResponse } from "../types";

/** Values of fields; "" leaves one out. */
export interface SecurityHeadersPlan {
  readonly [key: string]: unknown;
  readonly transportSecurity: string;
  readonly contentTypeOptions: string;
  readonly frameOptions: string;
  readonly referrerPolicy: string;
  readonly contentSecurityPolicy: string;
  readonly permissionsPolicy: string;
  readonly crossOriginResourcePolicy: string;
  readonly hidesSoftware: boolean;
}

export function respond(
  plan: SecurityHeadersPlan,
  _request: PolicyRequest,
  response: PolicyResponse,
  host: PolicyHost,
): void {
  // Over plain HTTP a browser ignores the field, and a machine in between could have set it (RFC 6797 §7.2).
  if (plan.transportSecurity !== "" && isSecure(host)) {
    response.setField("Strict-Transport-Security", plan.transportSecurity);
  }
  setUnlessPresent("X-Content-Type-Options", plan.contentTypeOptions, response);
  setUnlessPresent("X-Frame-Options", plan.frameOptions, response);
  setUnlessPresent("Referrer-Policy", plan.referrerPolicy, response);
  setUnlessPresent("Content-Security-Policy", plan.contentSecurityPolicy, response);
  setUnlessPresent("Permissions-Policy", plan.permissionsPolicy, response);
  setUnlessPresent("Cross-Origin-Resource-Policy", plan.crossOriginResourcePolicy, response);
  if (plan.hidesSoftware) {
    response.removeField("X-Powered-By");
    response.removeField("X-AspNet-Version");
    response.removeField("X-AspNetMvc-Version");
    response.removeField("X-Generator");
  }
}

function isSecure(host: PolicyHost): boolean {
  return host.variable("scheme") === "https" || host.variable("http_x_forwarded_proto") === "https";
}

/** The upstream knows its pages better than we do. */
function setUnlessPresent(name: string, value: string, response: PolicyResponse): void {
  if (value !== "" && response.field(name) === undefined) {
    response.setField(name, value);
  }
}

import { variableNamed } from "./request";

/** What nginx tells us. */
export const REQUEST_URI = variableNamed("request_uri");
export const REQUEST_LENGTH = variableNamed("request_length");
export const BYTES_SENT = variableNamed("bytes_sent");
export const UPSTREAM_CONNECT_TIME = variableNamed("upstream_connect_time");
export const REMOTE_ADDRESS = variableNamed("binary_remote_addr");

/** What we tell nginx; declared in nginx.conf. */
export const REQUEST_ID = variableNamed("gatehouse_request_id");
export const RELEASE = variableNamed("gatehouse_release");
export const RATE_LIMIT = variableNamed("gatehouse_rate_limit");
export const RATE_POLICY = variableNamed("gatehouse_rate_policy");
export const CORS_ORIGIN = variableNamed("gatehouse_origin");
export const CORS_EXPOSE = variableNamed("gatehouse_expose");
export const VARY = variableNamed("gatehouse_vary");
export const UPSTREAM_URL = variableNamed("gatehouse_upstream");
export const UPSTREAM_HOST = variableNamed("gatehouse_host");
export const UPSTREAM_TLS_NAME = variableNamed("gatehouse_tls_name");

import { numberedField, numberedVariable, variableNamed } from "./request";

/** What nginx tells us at every request; nginx.conf mentions them all. */
export const REQUEST_URI = numberedVariable("request_uri");
export const REQUEST_LENGTH = numberedVariable("request_length");
export const BYTES_SENT = numberedVariable("bytes_sent");
numberedField("http_origin", numberedField("http_x_api_key", REQUEST_URI));

/** What nginx tells us now and then. */
export const REQUEST_LINE = variableNamed("request");
export const HTTP_HOST = variableNamed("http_host");
export const SCHEME = variableNamed("scheme");
export const HTTP_UPGRADE = variableNamed("http_upgrade");
export const EXPECT = variableNamed("http_expect");
export const SERVER_PROTOCOL = variableNamed("server_protocol");
export const UPSTREAM_CONNECT_TIME = variableNamed("upstream_connect_time");
export const UPSTREAM_HEADER_TIME = variableNamed("upstream_header_time");
export const UPSTREAM_BYTES_RECEIVED = variableNamed("upstream_bytes_received");
export const UPSTREAM_ADDRESS = variableNamed("upstream_addr");
export const UPSTREAM_STATUS = variableNamed("upstream_status");
export const REMOTE_ADDRESS_TEXT = variableNamed("remote_addr");
export const UPSTREAM_BYTES_SENT = variableNamed("upstream_bytes_sent");
export const CONTENT_TYPE = variableNamed("content_type");
export const CONTENT_LENGTH = variableNamed("content_length");
export const TRANSFER_ENCODING = variableNamed("http_transfer_encoding");
export const FORWARDED_FOR = variableNamed("http_x_forwarded_for");
export const ARGUMENTS = variableNamed("args");
export const SENT_GRPC_STATUS = variableNamed("sent_trailer_grpc_status");
export const UPSTREAM_GRPC_STATUS = variableNamed("upstream_http_grpc_status");
export const CONNECTION = variableNamed("connection");
export const CONNECTION_REQUESTS = variableNamed("connection_requests");
export const TLS_SERVER_NAME = variableNamed("ssl_server_name");
export const REMOTE_ADDRESS = variableNamed("binary_remote_addr");
export const ACCEPT = variableNamed("http_accept");
/** In lower case, without port and trailing dot; of an absolute-form target the target's (RFC 9112 §3.2.2). */
export const HOST = variableNamed("host");

/** What we tell nginx; declared in nginx.conf. */
export const REQUEST_ID = numberedVariable("gatehouse_request_id");
export const RELEASE = numberedVariable("gatehouse_release");
export const RELEASE_FIELD = numberedVariable("gatehouse_release_field");
export const RATE_LIMIT = numberedVariable("gatehouse_rate_limit");
export const RATE_POLICY = numberedVariable("gatehouse_rate_policy");
export const RATE_FIELDS = numberedVariable("gatehouse_rate_fields");
export const CACHE_KEY = numberedVariable("gatehouse_cache_key");
export const CACHE_REFRESH = numberedVariable("gatehouse_cache_refresh");
export const CACHE_NOT_STORED = numberedVariable("gatehouse_cache_not_stored");
export const UPSTREAM_ORIGIN = numberedVariable("gatehouse_origin");
export const UPSTREAM_TARGET = numberedVariable("gatehouse_target");
export const UPSTREAM_HOST = numberedVariable("gatehouse_host");
export const UPSTREAM_TLS_NAME = numberedVariable("gatehouse_tls_name");
export const CLIENT_CERTIFICATE = numberedVariable("gatehouse_client_certificate");
export const CLIENT_KEY = numberedVariable("gatehouse_client_key");
export const GRPC_PASS = numberedVariable("gatehouse_grpc");

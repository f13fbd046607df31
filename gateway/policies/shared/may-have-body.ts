import type { PolicyHost } from "../types";

/** Whether the client may send a body. HTTP/2 needs neither a length nor chunks for one: there only taking it in tells. */
export function mayHaveBody(host: PolicyHost): boolean {
  const length = host.variable("http_content_length");
  return length === undefined ? hasUnknownLength(host) : length !== "0";
}

/** Of a request without a Content-Length. */
export function hasUnknownLength(host: PolicyHost): boolean {
  return host.variable("http_transfer_encoding") !== undefined || host.variable("server_protocol") === "HTTP/2.0";
}

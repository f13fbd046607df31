import { findCertificate } from "../certificates";
import { currentRequest, readVariable } from "../host/request";
import { HOST, TLS_SERVER_NAME } from "../host/variables";
import { access } from "./access";

const MISDIRECTED_REQUEST = 421;

/**
 * The access phase of calls over TLS. A request for another host than the one that the connection was made for is answered only if the certificate
 * that the client has seen is that host's too (RFC 9110 §7.4): browsers use one connection for several names.
 */
export function secureAccess(): void {
  const request = currentRequest();
  const asked = readVariable(request, TLS_SERVER_NAME);
  const host = readVariable(request, HOST);
  if (asked !== undefined && host !== undefined && asked !== host && !isSameCertificate(asked, host)) {
    return ngx.exit(MISDIRECTED_REQUEST);
  }
  access();
}

function isSameCertificate(asked: string, host: string): boolean {
  const name = string.lower(asked);
  return name === host || findCertificate(name) === findCertificate(host);
}

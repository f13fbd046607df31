import * as ssl from "ngx.ssl";
import { findCertificate, type RuntimeCertificate } from "../certificates";

/** In a TLS handshake: shows the certificate of the name that the client asks for. Without one nginx shows the node's own, see nginx.conf. */
export function certificate(): void {
  const [serverName] = ssl.server_name();
  const found = serverName === undefined ? undefined : findCertificate(string.lower(serverName));
  if (found === undefined) {
    return;
  }
  if (found.chain === undefined && !parse(found)) {
    return;
  }
  ssl.clear_certs();
  ssl.set_cert(found.chain as CData);
  ssl.set_priv_key(found.privateKey as CData);
}

/** The control plane has checked both; what cannot be parsed here is left for the node's own certificate, and said in its log. */
function parse(found: RuntimeCertificate): boolean {
  const [chain, chainProblem] = ssl.parse_pem_cert(found.chainPem);
  const [privateKey, keyProblem] = ssl.parse_pem_priv_key(found.privateKeyPem);
  if (chain === undefined || privateKey === undefined) {
    ngx.log(ngx.ERR, "certificate ", found.name, " cannot be used: ", chainProblem ?? keyProblem ?? "");
    return false;
  }
  found.chain = chain;
  found.privateKey = privateKey;
  return true;
}

import { createSecureContext, type SecureContext } from "node:tls";
import type { ClientCertificate } from "../../contract/certificates";
import { describeError } from "../log";

/**
 * What checks meet TLS targets with: the authorities that nginx verifies calls by, and a certificate of ours where one is presented. Kept,
 * because to read a bundle of authorities takes longer than a check does.
 */
export class CheckIdentities {
  readonly #contexts = new Map<string, SecureContext | string>();

  /** @param authorities PEM */
  constructor(readonly authorities: string) {}

  /** @returns why there is none, when the certificate cannot be used */
  contextFor(certificate: ClientCertificate | undefined): SecureContext | string {
    const name = certificate === undefined ? "" : `${certificate.chain}${certificate.privateKey}`;
    const known = this.#contexts.get(name);
    if (known !== undefined) {
      return known;
    }
    if (this.#contexts.size >= KEPT) {
      this.#contexts.clear();
    }
    const made = this.#make(certificate);
    this.#contexts.set(name, made);
    return made;
  }

  #make(certificate: ClientCertificate | undefined): SecureContext | string {
    try {
      return createSecureContext({ ca: this.authorities, cert: certificate?.chain, key: certificate?.privateKey });
    } catch (error) {
      return `its client certificate cannot be used: ${describeError(error)}`;
    }
  }
}

/** Renewed certificates leave their predecessors behind: far more than a node has at once. */
const KEPT = 200;

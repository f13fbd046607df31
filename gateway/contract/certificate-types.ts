/** A certificate that a gateway shows for the names it lists. Plain types for the worker; certificates.ts checks them. */
export interface ServedCertificate {
  /** What the environment calls it. */
  readonly name: string;
  /** In lower case; "*.example.com" stands for one label. No name is in two certificates. */
  readonly serverNames: readonly string[];
  /** PEM, the server's own certificate first. */
  readonly chain: string;
  /** PEM, not encrypted. */
  readonly privateKey: string;
  /** Epoch seconds. */
  readonly notAfter: number;
}

/** A certificate that a gateway presents to upstreams that name it. */
export interface ClientCertificate {
  readonly name: string;
  /** PEM, the gateway's own certificate first. */
  readonly chain: string;
  /** PEM, not encrypted. */
  readonly privateKey: string;
  /** Epoch seconds. */
  readonly notAfter: number;
}

/**
 * All certificates of an environment: what agents fetch, and what they keep for the workers in a file that only they may read. They are no part of
 * a release: a release is kept, compared and shown, and a private key must not be.
 */
export interface CertificateSet {
  /** Changes with the certificates. */
  readonly version: string;
  readonly certificates: readonly ServedCertificate[];
  /** Absent: none. */
  readonly clientCertificates?: readonly ClientCertificate[] | undefined;
}

import { createPrivateKey, X509Certificate, type KeyObject } from "node:crypto";
import type { PutCertificate } from "@/lib/api-schemas/certificates";
import type { ProblemItem } from "@/lib/api-schemas/common";

const CERTIFICATE = /-----BEGIN CERTIFICATE-----[A-Za-z0-9+/=\s]+-----END CERTIFICATE-----/g;
const SMALLEST_RSA_BITS = 2048;
/** RFC 5280 §4.2.1.12 */
const USAGES = {
  server: { oid: "1.3.6.1.5.5.7.3.1", words: "servers" },
  client: { oid: "1.3.6.1.5.5.7.3.2", words: "clients" },
} as const;
const MOST_NAMES = 100;

/** What a certificate says of itself. */
export interface CertificateFacts {
  /** PEM of its parts and nothing else. */
  readonly chain: string;
  /** PEM, PKCS #8. */
  readonly privateKey: string;
  readonly serverNames: readonly string[];
  readonly issuer: string;
  readonly fingerprint: string;
  readonly notBefore: Date;
  readonly notAfter: Date;
}

export type Inspection =
  | { readonly facts: CertificateFacts; readonly problems: readonly [] }
  | { readonly facts: undefined; readonly problems: readonly ProblemItem[] };

/** Everything that would make clients refuse it, at once: a gateway shows what it was given. */
export function inspectCertificate(
  { chain, privateKey, use = "server" }: PutCertificate,
  nowMs = Date.now(),
): Inspection {
  const problems: ProblemItem[] = [];
  const certificates = readChain(chain, problems);
  const key = readKey(privateKey, problems);
  const [own] = certificates;
  if (own === undefined) {
    return { facts: undefined, problems };
  }
  // Nobody asks for a client's certificate by name.
  const serverNames = use === "client" ? [] : namesOf(own);
  problems.push(
    ...(use === "client" ? [] : checkNames(serverNames)),
    ...checkOwn(own, USAGES[use], nowMs),
    ...checkLinks(certificates, nowMs),
  );
  if (key !== undefined && !own.checkPrivateKey(key)) {
    problems.push(wrong("key_mismatch", "This is not the private key of the certificate.", "/privateKey"));
  }
  if (key === undefined || problems.length > 0) {
    return { facts: undefined, problems };
  }
  return {
    facts: {
      chain: certificates.map((certificate) => certificate.toString()).join(""),
      privateKey: key.export({ type: "pkcs8", format: "pem" }) as string,
      serverNames,
      issuer: commonName(own.issuer),
      fingerprint: own.fingerprint256.replaceAll(":", "").toLowerCase(),
      notBefore: new Date(own.validFrom),
      notAfter: new Date(own.validTo),
    },
    problems: [],
  };
}

function readChain(text: string, problems: ProblemItem[]): X509Certificate[] {
  const blocks = text.match(CERTIFICATE) ?? [];
  if (blocks.length === 0) {
    problems.push(wrong("certificate_unreadable", "There is no certificate in PEM here.", "/chain"));
  }
  return blocks.flatMap((block, index) => {
    try {
      return [new X509Certificate(block)];
    } catch {
      problems.push(wrong("certificate_unreadable", `Certificate ${index + 1} cannot be read.`, "/chain"));
      return [];
    }
  });
}

function readKey(text: string, problems: ProblemItem[]): KeyObject | undefined {
  let key: KeyObject;
  try {
    key = createPrivateKey(text);
  } catch {
    const message = /ENCRYPTED/.test(text)
      ? "The private key has a passphrase: give it without one, it is stored encrypted."
      : "There is no private key in PEM here.";
    problems.push(wrong("key_unreadable", message, "/privateKey"));
    return undefined;
  }
  const { asymmetricKeyType: type, asymmetricKeyDetails: details } = key;
  if (type !== "rsa" && type !== "ec") {
    problems.push(wrong("key_type", "Browsers take RSA and elliptic curve (EC) keys only.", "/privateKey"));
  } else if (type === "rsa" && (details?.modulusLength ?? 0) < SMALLEST_RSA_BITS) {
    problems.push(wrong("key_weak", `An RSA key needs ${SMALLEST_RSA_BITS} bits or more.`, "/privateKey"));
  }
  return key;
}

/** DNS names in lower case; others are never asked for in a handshake (RFC 6066 §3). */
function namesOf(certificate: X509Certificate): string[] {
  const names = (certificate.subjectAltName ?? "").split(", ").flatMap((entry) => {
    const name = /^DNS:(.+)$/.exec(entry)?.[1];
    return name === undefined ? [] : [name.toLowerCase()];
  });
  return [...new Set(names)];
}

function checkNames(names: readonly string[]): ProblemItem[] {
  const problems: ProblemItem[] = [];
  const complain = (code: string, message: string) => problems.push(wrong(code, message, "/chain"));
  if (names.length === 0) {
    complain("names_missing", "The first certificate names no host (subjectAltName), so no client would take it.");
  } else if (names.length > MOST_NAMES) {
    complain("names_many", `The first certificate has ${names.length} names, and ${MOST_NAMES} is the most.`);
  }
  const odd = names.find((name) => !/^(\*\.)?[a-z0-9_-]+(\.[a-z0-9_-]+)*$/.test(name));
  if (odd !== undefined) {
    complain("name_invalid", `"${odd}" is not a host name with at most one star, before its first dot.`);
  }
  return problems;
}

function checkOwn(
  own: X509Certificate,
  needed: { readonly oid: string; readonly words: string },
  nowMs: number,
): ProblemItem[] {
  const problems: ProblemItem[] = [];
  const complain = (code: string, message: string) => problems.push(wrong(code, message, "/chain"));
  if (own.ca) {
    complain(
      "certificate_is_authority",
      `The first certificate is an authority's: put the ${needed.words.slice(0, -1)}'s own first.`,
    );
  }
  // Node calls the extended key usage so.
  const usage = own.keyUsage as readonly string[] | undefined;
  if (usage !== undefined && !usage.includes(needed.oid)) {
    complain("certificate_usage", `The first certificate is not for ${needed.words} (extended key usage).`);
  }
  if (Date.parse(own.validTo) <= nowMs) {
    complain("certificate_expired", `The first certificate ended on ${dateOf(own.validTo)}.`);
  }
  if (Date.parse(own.validFrom) > nowMs) {
    complain("certificate_early", `The first certificate begins on ${dateOf(own.validFrom)}.`);
  }
  return problems;
}

/** Clients follow the chain from one to the next. */
function checkLinks(certificates: readonly X509Certificate[], nowMs: number): ProblemItem[] {
  return certificates.slice(1).flatMap((issuer, index) => {
    const issued = certificates[index];
    const number = index + 2;
    if (issued === undefined || !issued.checkIssued(issuer) || !issued.verify(issuer.publicKey)) {
      return [wrong("chain_broken", `Certificate ${number} did not issue the one before it.`, "/chain")];
    }
    return Date.parse(issuer.validTo) <= nowMs
      ? [wrong("certificate_expired", `Certificate ${number} ended on ${dateOf(issuer.validTo)}.`, "/chain")]
      : [];
  });
}

function commonName(distinguishedName: string): string {
  const field = (name: string) => new RegExp(`^${name}=(.*)$`, "m").exec(distinguishedName)?.[1];
  return field("CN") ?? field("O") ?? distinguishedName.replaceAll("\n", ", ");
}

function dateOf(text: string): string {
  return new Date(text).toISOString().slice(0, 10);
}

function wrong(code: string, message: string, place: string): ProblemItem {
  return { code, message, place };
}

import { createPublicKey, generateKeyPairSync, randomBytes, sign, type KeyObject } from "node:crypto";

export interface CertificateRequest {
  /** DNS names, such as "api.example.com" or "*.example.com". */
  readonly names: readonly string[];
  readonly notBefore: Date;
  readonly notAfter: Date;
  /** Whether it may sign other certificates. */
  readonly isAuthority?: boolean;
  /** Who signs it; itself when absent. */
  readonly issuer?: { readonly name: string; readonly privateKey: KeyObject };
}

export interface IssuedCertificate {
  readonly certificate: string;
  /** PKCS #8. */
  readonly privateKey: string;
  readonly key: KeyObject;
}

/**
 * Makes a P-256 key and an X.509 certificate for it (RFC 5280), both as PEM. Node can read certificates but not make them; what a node shows
 * to who asks for a name that has none needs no more than this.
 */
export function issueCertificate(request: CertificateRequest): IssuedCertificate {
  const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const subject = request.names[0] ?? "";
  const body = sequence(
    explicit(0, integer(Buffer.from([2]))),
    integer(Buffer.concat([Buffer.from([1]), randomBytes(15)])),
    SIGNED_WITH,
    distinguishedName(request.issuer?.name ?? subject),
    sequence(time(request.notBefore), time(request.notAfter)),
    distinguishedName(subject),
    createPublicKey(privateKey).export({ type: "spki", format: "der" }),
    explicit(3, sequence(...extensions(request))),
  );
  const signature = sign("sha256", body, request.issuer?.privateKey ?? privateKey);
  const whole = sequence(body, SIGNED_WITH, element(BIT_STRING, Buffer.concat([Buffer.from([0]), signature])));
  return {
    certificate: pem(whole),
    privateKey: privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
    key: privateKey,
  };
}

function extensions({ names, isAuthority = false }: CertificateRequest): Buffer[] {
  const alternativeNames = sequence(...names.map((name) => element(DNS_NAME, Buffer.from(name, "ascii"))));
  const constraints = isAuthority ? sequence(element(BOOLEAN, Buffer.from([0xff]))) : sequence();
  return [extension(SUBJECT_ALT_NAME, alternativeNames), extension(BASIC_CONSTRAINTS, constraints)];
}

function extension(identifier: readonly number[], value: Buffer): Buffer {
  return sequence(objectIdentifier(identifier), element(OCTET_STRING, value));
}

function distinguishedName(commonName: string): Buffer {
  const pair = sequence(objectIdentifier(COMMON_NAME), element(UTF8_STRING, Buffer.from(commonName, "utf8")));
  return sequence(element(SET, pair));
}

// DER (ITU-T X.690): a tag, a length, a value.
const BOOLEAN = 0x01;
const INTEGER = 0x02;
const BIT_STRING = 0x03;
const OCTET_STRING = 0x04;
const OBJECT_IDENTIFIER = 0x06;
const UTF8_STRING = 0x0c;
const GENERALIZED_TIME = 0x18;
const UTC_TIME = 0x17;
const SEQUENCE = 0x30;
const SET = 0x31;
/** GeneralName, alternative 2. */
const DNS_NAME = 0x82;

/** Already encoded: each number below is one byte of the identifier. */
const COMMON_NAME = [0x55, 0x04, 0x03];
const SUBJECT_ALT_NAME = [0x55, 0x1d, 0x11];
const BASIC_CONSTRAINTS = [0x55, 0x1d, 0x13];
const ECDSA_WITH_SHA256 = [0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02];
const SIGNED_WITH = sequence(objectIdentifier(ECDSA_WITH_SHA256));

function element(tag: number, value: Buffer): Buffer {
  const { length } = value;
  const head =
    length < 0x80 ? [tag, length] : length < 0x100 ? [tag, 0x81, length] : [tag, 0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from(head), value]);
}

function sequence(...parts: readonly Buffer[]): Buffer {
  return element(SEQUENCE, Buffer.concat(parts));
}

function explicit(number: number, value: Buffer): Buffer {
  return element(0xa0 + number, value);
}

function integer(bytes: Buffer): Buffer {
  return element(INTEGER, bytes);
}

function objectIdentifier(bytes: readonly number[]): Buffer {
  return element(OBJECT_IDENTIFIER, Buffer.from(bytes));
}

/** UTCTime until 2049, GeneralizedTime from then on (RFC 5280 §4.1.2.5). */
function time(date: Date): Buffer {
  const digits = `${date.toISOString().replace(/[-:T]|\..*$/g, "")}Z`;
  return date.getUTCFullYear() < 2050
    ? element(UTC_TIME, Buffer.from(digits.slice(2), "ascii"))
    : element(GENERALIZED_TIME, Buffer.from(digits, "ascii"));
}

function pem(der: Buffer): string {
  const lines = der.toString("base64").match(/.{1,64}/g) ?? [];
  return `-----BEGIN CERTIFICATE-----\n${lines.join("\n")}\n-----END CERTIFICATE-----\n`;
}

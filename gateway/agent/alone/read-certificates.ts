import { createHash, createPrivateKey, X509Certificate } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import type { CertificateSet, ClientCertificate, ServedCertificate } from "../../contract/certificates";

const CHAIN = ".pem";
const KEY = ".key";
const CLIENT = ".client";

/**
 * Certificates for the TLS port from a directory: `<name>.pem` with the chain, leaf first, and `<name>.key` beside it. The names they are shown
 * for are those in the certificate.
 * `<name>.client.pem` and `<name>.client.key` are what upstreams that name `<name>` are presented with.
 * @throws Error that names the file; none of them is then shown anew
 */
export async function readCertificates(directory: string): Promise<CertificateSet> {
  const files = (await readdir(directory)).filter((file) => file.endsWith(CHAIN)).sort();
  const names = files.map((file) => file.slice(0, -CHAIN.length));
  const shown = names.filter((name) => !name.endsWith(CLIENT));
  const presented = names.filter((name) => name.endsWith(CLIENT));
  const certificates = await Promise.all(shown.map((name) => readServed(directory, name)));
  const clientCertificates = await Promise.all(presented.map((name) => readClient(directory, name)));
  const version = createHash("sha256").update(JSON.stringify({ certificates, clientCertificates })).digest("hex");
  return { version, certificates, ...(clientCertificates.length === 0 ? {} : { clientCertificates }) };
}

async function readServed(directory: string, name: string): Promise<ServedCertificate> {
  const { leaf, ...certificate } = await readPair(directory, name);
  const names = (leaf.subjectAltName ?? "").split(", ").filter((entry) => entry.startsWith("DNS:"));
  if (names.length === 0) {
    throw new Error(`${name}${CHAIN} cannot be shown: it names no host (subjectAltName)`);
  }
  return { name, serverNames: names.map((entry) => entry.slice("DNS:".length).toLowerCase()), ...certificate };
}

async function readClient(directory: string, name: string): Promise<ClientCertificate> {
  const { leaf: _leaf, ...certificate } = await readPair(directory, name);
  return { name: name.slice(0, -CLIENT.length), ...certificate };
}

async function readPair(directory: string, name: string) {
  const file = path.join(directory, name);
  const chain = await readFile(file + CHAIN, "utf8");
  const privateKey = await readFile(file + KEY, "utf8");
  try {
    const leaf = new X509Certificate(chain);
    if (!leaf.checkPrivateKey(createPrivateKey(privateKey))) {
      throw new Error("its key belongs to another certificate");
    }
    return { leaf, chain, privateKey, notAfter: Math.floor(Date.parse(leaf.validTo) / 1000) };
  } catch (error) {
    throw new Error(`${name}${CHAIN} cannot be shown: ${error instanceof Error ? error.message : String(error)}`, {
      cause: error,
    });
  }
}

/** Another text whenever something in it may have changed. */
export async function fingerprintCertificates(directory: string): Promise<string> {
  return readCertificates(directory).then(
    ({ version }) => version,
    () => "-",
  );
}

import type { CertificateSet, ClientCertificate } from "../contract/certificate-types";
import { STATE_FILES } from "../contract/shared-memory";
import { readJsonFile } from "./host/json-file";

/** A certificate as a worker holds it. Parsed when somebody first asks for one of its names, and then kept. */
export interface RuntimeCertificate {
  readonly name: string;
  readonly chainPem: string;
  readonly privateKeyPem: string;
  chain: CData | undefined;
  privateKey: CData | undefined;
}

/** What upstreams are presented with, as nginx takes it. */
export interface RuntimeClientCertificate {
  /** Another for every certificate that this worker has ever had: connections made with one are for no other. */
  readonly number: number;
  /** "data:" and PEM. */
  readonly certificate: string;
  readonly privateKey: string;
}

let certificates = new LuaTable<string, RuntimeCertificate>();

let clientCertificates = new LuaTable<string, RuntimeClientCertificate>();
let countedClientCertificates = 0;

/** Takes up the certificates that the agent has put in place. Throws, and changes nothing, when they cannot be read. */
export function openCertificates(stateDirectory: string): void {
  const file = readJsonFile<CertificateSet>(`${stateDirectory}/${STATE_FILES.certificates}`);
  const opened = new LuaTable<string, RuntimeCertificate>();
  for (const { name, serverNames, chain, privateKey } of file.certificates) {
    const certificate = { name, chainPem: chain, privateKeyPem: privateKey, chain: undefined, privateKey: undefined };
    for (const serverName of serverNames) {
      opened.set(serverName, certificate);
    }
  }
  certificates = opened;
  const presented = new LuaTable<string, RuntimeClientCertificate>();
  for (const certificate of file.clientCertificates ?? []) {
    presented.set(certificate.name, keepOrNumber(certificate));
  }
  clientCertificates = presented;
}

export function findClientCertificate(name: string): RuntimeClientCertificate | undefined {
  return clientCertificates.get(name);
}

function keepOrNumber({ name, chain, privateKey }: ClientCertificate): RuntimeClientCertificate {
  const known = clientCertificates.get(name);
  const certificate = `data:${chain}`;
  const key = `data:${privateKey}`;
  if (known !== undefined && known.certificate === certificate && known.privateKey === key) {
    return known;
  }
  countedClientCertificates += 1;
  return { number: countedClientCertificates, certificate, privateKey: key };
}

/** @param serverName in lower case; an exact name goes before a wildcard, which stands for one label (RFC 9525 §6.3) */
export function findCertificate(serverName: string): RuntimeCertificate | undefined {
  const exact = certificates.get(serverName);
  if (exact !== undefined) {
    return exact;
  }
  const [dot] = string.find(serverName, ".", 1, true);
  return dot === undefined ? undefined : certificates.get(`*${string.sub(serverName, dot)}`);
}

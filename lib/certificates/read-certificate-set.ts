import "server-only";
import type { CertificateSet } from "@/gateway/contract/certificates";
import { sha256Hex } from "@/lib/crypto/hash";
import { unseal } from "@/lib/crypto/secret-box";
import { database } from "@/lib/database";
import { env } from "@/lib/env";

/** What nodes of an environment show, private keys among it: for authenticated nodes only. */
export async function readCertificateSet(environmentId: number): Promise<CertificateSet> {
  const rows = await database().certificate.findMany({
    where: { environmentId },
    orderBy: { id: "asc" },
    select: { name: true, use: true, serverNames: true, chain: true, privateKeyEncrypted: true, notAfter: true },
  });
  const { secret } = env();
  const opened = (wanted: string) =>
    rows
      .filter(({ use }) => use === wanted)
      .map(({ name, serverNames, chain, privateKeyEncrypted, notAfter }) => ({
        name,
        serverNames,
        chain,
        privateKey: unseal(privateKeyEncrypted, "certificate-key", secret),
        notAfter: Math.floor(notAfter.getTime() / 1000),
      }));
  const clientCertificates = opened("client").map(({ serverNames: _none, ...certificate }) => certificate);
  return {
    // Sealed anew at every change, so that another key shows although nothing here tells it.
    version: sha256Hex(JSON.stringify(rows)),
    certificates: opened("server"),
    // Older gateways know nothing of it.
    ...(clientCertificates.length === 0 ? {} : { clientCertificates }),
  };
}

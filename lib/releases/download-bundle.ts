import "server-only";
import { signCredentials } from "@/gateway/compiler/sign";
import { BUNDLE_FILE_FORMAT, type BundleFile } from "@/gateway/contract/bundle-file";
import type { CredentialEntry } from "@/gateway/contract/credentials";
import { recordAudit } from "@/lib/audit/record-audit";
import { database, inTransaction } from "@/lib/database";
import { notFound } from "@/lib/errors";
import { readCredentialPage } from "@/lib/keys/credential-log";
import { isAdmin, requirePermission, type Context } from "@/lib/permissions";
import { unsealSigningKey } from "./signing-key";

const ADMINS_ONLY = "Bundles hold the addresses of upstreams and the hashes of every key: they are for admins.";

export interface DownloadedBundle {
  readonly fileName: string;
  /** JSON of bundleFileSchema. */
  readonly text: string;
}

/**
 * A release with the credentials as they are now, for a gateway without a control plane. Revoked keys stay in it, so that their refusal can say
 * so. @throws ApiError forbidden, not_found
 */
export async function downloadBundle(context: Context, slug: string, number: number): Promise<DownloadedBundle> {
  requirePermission(isAdmin(context.actor), ADMINS_ONLY);
  const release = await database().release.findFirst({
    where: { number, environment: { slug } },
    select: {
      manifest: true,
      signature: true,
      signingKey: true,
      chunks: { orderBy: { position: "asc" }, select: { sha256: true, chunk: { select: { content: true } } } },
    },
  });
  if (release === null) {
    throw notFound("release", String(number));
  }
  const { entries, sequence } = await readAllCredentials();
  const key = unsealSigningKey(release.signingKey);
  const bundle: BundleFile = {
    format: BUNDLE_FILE_FORMAT,
    publicKey: key.publicKey,
    manifest: { manifest: release.manifest, signature: release.signature },
    // By the release's own key, which is the one that the file brings along.
    credentials: signCredentials({ format: BUNDLE_FILE_FORMAT, environment: slug, sequence, entries }, key.privateKey),
    chunks: Object.fromEntries(
      release.chunks.map(({ sha256, chunk }) => [sha256, Buffer.from(chunk.content).toString("utf8")]),
    ),
  };
  await inTransaction((transaction) =>
    recordAudit(transaction, context, {
      action: "release.download",
      entityType: "environment",
      entityId: slug,
      summary: `Downloaded the bundle of release ${number} of ${slug}`,
      details: { release: number },
    }),
  );
  return { fileName: `gatehouse-${slug}-${number}.json`, text: JSON.stringify(bundle) };
}

async function readAllCredentials(): Promise<{ entries: CredentialEntry[]; sequence: number }> {
  const entries: CredentialEntry[] = [];
  for (let sequence = 0; ;) {
    const page = await readCredentialPage(sequence);
    entries.push(...page.entries);
    sequence = page.cursor;
    if (page.complete) {
      return { entries, sequence };
    }
  }
}

import "server-only";
import type { SignedManifest } from "@/gateway/contract/bundle";
import { database } from "@/lib/database";
import { notFound } from "@/lib/errors";
import type { NodeIdentity } from "./authenticate-node";

/** A release of the node's environment. @throws ApiError not_found */
export async function readBundle(node: NodeIdentity, number: number): Promise<SignedManifest> {
  const row = await database().release.findUnique({
    where: { environmentId_number: { environmentId: node.environmentId, number } },
    select: { manifest: true, signature: true },
  });
  if (row === null) {
    throw notFound("release", String(number));
  }
  return row;
}

/** Exact bytes of a chunk that some release of the node's environment names. @throws ApiError not_found */
export async function readChunk(node: NodeIdentity, sha256: string): Promise<Uint8Array<ArrayBuffer>> {
  const row = await database().chunk.findFirst({
    where: { sha256, releases: { some: { release: { environmentId: node.environmentId } } } },
    select: { content: true },
  });
  if (row === null) {
    throw notFound("chunk", sha256);
  }
  return row.content;
}

import "server-only";
import { sha256Hex } from "@/lib/crypto/hash";
import { database } from "@/lib/database";
import { runDocumentJob } from "@/lib/documents/run-document-job";
import { REFERENCE_FORMAT } from "@/lib/documents/show-through-gateway";
import { TextCache } from "@/lib/documents/text-cache";
import { notFound } from "@/lib/errors";
import { canEditApisOf, canReadOperations, requirePermission, type ReadContext } from "@/lib/permissions";
import { findApi, findVersion } from "./find-api";
import { addressOf } from "./routing";

/** A document, and what tells one from another without reading it. */
export interface StoredDocument {
  /** RFC 9110: changes whenever the text would. */
  readonly etag: string;
  readonly type: "text/plain" | "application/json";
  readonly read: () => Promise<string | Uint8Array<ArrayBuffer>>;
}

/** JSON texts as callers see them; a revision never changes. */
const shown = new TextCache(64_000_000);

/**
 * The document as it was given, byte for byte, for those who may know where requests go; as the portal shows it for others.
 * @param number of the revision, for owners: what a later revision took out is gone for others; without it the current one
 * @throws ApiError not_found, forbidden
 */
export async function getDocumentSource(
  context: ReadContext,
  slug: string,
  version: string,
  number?: number,
): Promise<StoredDocument> {
  const { actor } = context;
  const api = await findApi(actor, slug);
  const canEdit = canEditApisOf(actor, api.teamId);
  requirePermission(number === undefined || canEdit, "Only owners of the API's team may read its revisions.");
  if (!canEdit && !canReadOperations(actor)) {
    return getReferenceDocument(context, slug, version);
  }
  const { id } = await findVersion(api, version);
  const revision = await findRevision(id, number);
  return {
    etag: `"${revision.sha256}"`,
    type: "text/plain",
    read: async () => (await readTexts(revision.id, { source: true })).source,
  };
}

/**
 * The document as the portal shows it: one file, 3.x, and the gateway as its only server, with the key that calls need.
 * @throws ApiError not_found
 */
export async function getReferenceDocument(
  { actor }: ReadContext,
  slug: string,
  version: string,
): Promise<StoredDocument> {
  const api = await findApi(actor, slug);
  const { id, basePath, routing } = await findVersion(api, version);
  const revision = await findRevision(id);
  const address = addressOf({ version, basePath, routing, api });
  // Not of the source alone: other files may have come with it.
  const key = sha256Hex([REFERENCE_FORMAT, revision.id, revision.sha256, JSON.stringify(address)].join("\n"));
  return {
    etag: `"${key}"`,
    type: "application/json",
    read: () =>
      shown.get(key, async () => {
        const { bundled } = await readTexts(revision.id, { bundled: true });
        return runDocumentJob("show", { bundled, ...address });
      }),
  };
}

async function findRevision(apiVersionId: number, number?: number): Promise<{ id: number; sha256: string }> {
  const row = await database().revision.findFirst({
    where: { apiVersionId, ...(number === undefined ? { current: true } : { number }) },
    select: { id: true, sha256: true },
  });
  if (row === null) {
    throw notFound("revision", String(number ?? "current"));
  }
  return row;
}

async function readTexts<Column extends "source" | "bundled">(revisionId: number, select: Record<Column, true>) {
  return database().revisionDocument.findUniqueOrThrow({ where: { revisionId }, select });
}

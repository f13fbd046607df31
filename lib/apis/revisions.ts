import "server-only";
import type { DocumentInput, Page, Revision, RevisionResult } from "@/lib/api-schemas";
import { change } from "@/lib/change";
import { sha256Hex } from "@/lib/crypto/hash";
import { database } from "@/lib/database";
import { notFound } from "@/lib/errors";
import { wholePage } from "@/lib/http/cursor";
import { lockRow } from "@/lib/lock-row";
import { readUserName, readUserNames } from "@/lib/people/user-names";
import type { Context } from "@/lib/permissions";
import { findEditableApi, findVersion } from "./find-api";
import { checkGivenDocument, readDocument } from "./read-document";
import { renderRevision, revisionSelection, type RevisionRow } from "./render-api";
import { storeRevision, syncOperations, type OperationChanges, type StoredOperation } from "./store-revision";

/** Newest first. @throws ApiError not_found, forbidden */
export async function listRevisions(context: Context, slug: string, version: string): Promise<Page<Revision>> {
  const api = await findEditableApi(context.actor, slug);
  const { id } = await findVersion(api, version);
  const rows = await database().revision.findMany({
    where: { apiVersionId: id },
    orderBy: { number: "desc" },
    select: revisionSelection,
  });
  const names = await readUserNames(rows.map(({ createdById }) => createdById));
  return wholePage(rows.map((row) => renderRevision(row, names.get(row.createdById ?? 0) ?? null)));
}

/** @throws ApiError not_found, forbidden, document_invalid */
export async function checkNewRevision(
  { actor }: Context,
  slug: string,
  version: string,
  input: Partial<DocumentInput>,
  wrong: ReadonlySet<string>,
): Promise<void> {
  await findVersion(await findEditableApi(actor, slug), version);
  await checkGivenDocument(input, wrong);
}

/**
 * Imports a new document for a version. Plans and upstream stay as they are: they hang on operations by key.
 * @throws ApiError not_found, forbidden, document_invalid
 */
export async function createRevision(
  context: Context,
  slug: string,
  version: string,
  input: DocumentInput,
): Promise<RevisionResult> {
  const api = await findEditableApi(context.actor, slug);
  const { id } = await findVersion(api, version);
  const document = await readDocument(input);
  return change(
    context,
    async (transaction) => {
      await lockRow(transaction, "api_version", id);
      const current = await transaction.revision.findFirst({
        where: { apiVersionId: id, current: true },
        select: revisionSelection,
      });
      const hasReferences = Object.keys(document.references).length > 0;
      if (current !== null && !hasReferences && current.sha256 === sha256Hex(document.text)) {
        return { result: await renderResult(current, { added: [], removed: [] }, true) };
      }
      const stored = await storeRevision(transaction, context, id, document);
      await transaction.apiVersion.update({
        where: { id },
        data: { changeCount: { increment: 1 } },
        select: { id: true },
      });
      return {
        result: { ...renderRevision(stored.row, context.actor.name), ...changesOf(stored), unchanged: false },
        audit: {
          action: "revision.create",
          entityType: "api",
          entityId: slug,
          teamId: api.teamId,
          summary: `Imported revision ${stored.row.number} of ${api.name} ${version}`,
          details: { version, revision: stored.row.number, added: stored.added, removed: stored.removed },
        },
      };
    },
    { timeoutMs: 60_000 },
  );
}

/** Goes back (or forth) to another revision of the document. @throws ApiError not_found, forbidden */
export async function makeRevisionCurrent(
  context: Context,
  slug: string,
  version: string,
  number: number,
): Promise<RevisionResult> {
  const api = await findEditableApi(context.actor, slug);
  const { id } = await findVersion(api, version);
  return change(context, async (transaction) => {
    await lockRow(transaction, "api_version", id);
    const row = await transaction.revision.findUnique({
      where: { apiVersionId_number: { apiVersionId: id, number } },
      select: { ...revisionSelection, document: { select: { operations: true } } },
    });
    if (row === null || row.document === null) {
      throw notFound("revision", String(number));
    }
    if (row.current) {
      return { result: await renderResult(row, { added: [], removed: [] }, true) };
    }
    await transaction.revision.updateMany({ where: { apiVersionId: id, current: true }, data: { current: false } });
    await transaction.revision.update({ where: { id: row.id }, data: { current: true }, select: { id: true } });
    await transaction.apiVersion.update({
      where: { id },
      data: { changeCount: { increment: 1 } },
      select: { id: true },
    });
    // Written by storeRevision.
    const operations = row.document.operations as unknown as StoredOperation[];
    const changes = await syncOperations(transaction, id, operations);
    return {
      result: await renderResult({ ...row, current: true }, changes, false),
      audit: {
        action: "revision.make-current",
        entityType: "api",
        entityId: slug,
        teamId: api.teamId,
        summary: `Made revision ${number} of ${api.name} ${version} current`,
        details: { version, revision: number, ...changes },
      },
    };
  });
}

async function renderResult(row: RevisionRow, changes: OperationChanges, unchanged: boolean): Promise<RevisionResult> {
  return { ...renderRevision(row, await readUserName(row.createdById)), ...changesOf(changes), unchanged };
}

function changesOf({ added, removed }: OperationChanges): OperationChanges {
  return { added, removed };
}

import "server-only";
import { Prisma } from "@/prisma/client/client";
import { sha256Hex } from "@/lib/crypto/hash";
import type { Transaction } from "@/lib/database";
import { cleanText } from "@/lib/openapi/clean-text";
import type { DocumentProblem } from "@/lib/openapi/parsed-document";
import type { Context } from "@/lib/permissions";
import { toProblemItem, type ReadDocument } from "./read-document";
import { revisionSelection, type RevisionRow } from "./render-api";

/** An operation as it is kept with a revision, so that an older revision can become current again. */
export interface StoredOperation {
  readonly key: string;
  readonly method: string;
  readonly path: string;
  readonly summary: string;
  readonly description: string;
  readonly tags: readonly string[];
  readonly deprecated: boolean;
}

export interface OperationChanges {
  readonly added: string[];
  readonly removed: string[];
}

export interface StoredRevision extends OperationChanges {
  readonly row: RevisionRow;
}

/** Stores a document as the next revision of a version, makes it current and brings the operations in line. */
export async function storeRevision(
  transaction: Transaction,
  context: Context,
  apiVersionId: number,
  document: ReadDocument,
): Promise<StoredRevision> {
  const { parsed } = document;
  const source = Buffer.from(document.text, "utf8");
  const operations = parsed.operations.map(toStoredOperation);
  const last = await transaction.revision.aggregate({ where: { apiVersionId }, _max: { number: true } });
  await transaction.revision.updateMany({ where: { apiVersionId, current: true }, data: { current: false } });
  const row = await transaction.revision.create({
    data: {
      apiVersionId,
      number: (last._max.number ?? 0) + 1,
      current: true,
      specification: parsed.specification,
      title: parsed.title,
      apiVersion: parsed.apiVersion,
      description: parsed.description ?? "",
      servers: parsed.servers,
      sha256: sha256Hex(source),
      bytes: source.length,
      sourceUrl: document.sourceUrl,
      warnings: parsed.warnings.map(toStoredWarning),
      operations: operations.length,
      createdById: context.actor.userId,
    },
    select: revisionSelection,
  });
  await transaction.revisionDocument.create({
    data: {
      revisionId: row.id,
      source,
      references: storedReferences(document),
      bundled: parsed.bundled,
      operations: operations as unknown as Prisma.InputJsonArray,
    },
    select: { revisionId: true },
  });
  return { row, ...(await syncOperations(transaction, apiVersionId, operations)) };
}

/**
 * Makes the operations of a version those of a revision. An operation that keeps its key keeps its id, and with it its usage; one that
 * is gone stays as a row that is no longer current.
 */
export async function syncOperations(
  transaction: Transaction,
  apiVersionId: number,
  operations: readonly StoredOperation[],
): Promise<OperationChanges> {
  const before = await transaction.operation.findMany({
    where: { apiVersionId, current: true },
    select: { key: true },
  });
  const list = JSON.stringify(operations.map((operation, position) => ({ ...operation, position })));
  // One statement: a large document has thousands of operations.
  await transaction.$executeRaw`
    INSERT INTO "operation" (api_version_id, key, method, path, summary, description, tags, deprecated, current, position)
    SELECT ${apiVersionId}, key, method, path, summary, description, tags, deprecated, true, position
    FROM jsonb_to_recordset(${list}::jsonb) AS given (
      key text, method text, path text, summary text, description text, tags text[], deprecated boolean, position int
    )
    ORDER BY position
    ON CONFLICT (api_version_id, key) DO UPDATE SET
      method = excluded.method, path = excluded.path, summary = excluded.summary, description = excluded.description,
      tags = excluded.tags, deprecated = excluded.deprecated, current = true, position = excluded.position`;
  const keys = operations.map(({ key }) => key);
  await transaction.$executeRaw`
    UPDATE "operation" SET current = false
    WHERE api_version_id = ${apiVersionId} AND current AND key <> ALL (${keys}::text[])`;
  const earlier = new Set(before.map(({ key }) => key));
  const now = new Set(keys);
  return {
    added: keys.filter((key) => !earlier.has(key)),
    removed: [...earlier].filter((key) => !now.has(key)),
  };
}

function storedReferences({ references }: ReadDocument): Prisma.InputJsonObject | typeof Prisma.JsonNull {
  const files = Object.entries(references).map(([name, text]) => [cleanText(name), cleanText(text)] as const);
  return files.length === 0 ? Prisma.JsonNull : Object.fromEntries(files);
}

/** A parser quotes what it did not understand. */
function toStoredWarning(warning: DocumentProblem): Prisma.InputJsonObject {
  const item = toProblemItem(warning);
  return { ...item, message: cleanText(item.message), place: cleanText(item.place) };
}

function toStoredOperation(operation: ReadDocument["parsed"]["operations"][number]): StoredOperation {
  return {
    key: operation.key,
    method: operation.method,
    path: operation.path,
    summary: operation.summary ?? "",
    description: operation.description ?? "",
    tags: operation.tags,
    deprecated: operation.deprecated,
  };
}

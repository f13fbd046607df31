import "server-only";
import { listPolicies } from "@/gateway/compiler/policy-catalogue";
import type { AttachedPolicy } from "@/gateway/compiler/snapshot";
import { database } from "@/lib/database";

export interface DocumentNeed {
  readonly versionId: number;
  /** The current one. */
  readonly revisionId: number | undefined;
  /** All that is attached to the API version and to its operations. */
  readonly policies: readonly Pick<AttachedPolicy, "policy" | "enabled">[];
}

/**
 * OpenAPI documents of those API versions that have a policy attached which reads them, by id of the version: upgraded to 3.x and in one piece, as
 * the import made them. Others may be megabytes for nothing. A revision never changes, so it may be read after the moment that named it.
 */
export async function readNeededDocuments(needs: readonly DocumentNeed[]): Promise<Map<number, unknown>> {
  const readers = new Set(listPolicies().flatMap(({ name, readsDocument }) => (readsDocument ? [name] : [])));
  const documents = new Map<number, unknown>();
  for (const { versionId, revisionId, policies } of needs) {
    const isNeeded = policies.some(({ policy, enabled }) => enabled !== false && readers.has(policy));
    if (isNeeded && revisionId !== undefined) {
      // One at a time, since each may be large.
      const row = await database().revisionDocument.findUnique({ where: { revisionId }, select: { bundled: true } });
      if (row !== null) {
        documents.set(versionId, JSON.parse(row.bundled) as unknown);
      }
    }
  }
  return documents;
}

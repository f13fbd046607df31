import "server-only";
import type { ApiVersion, CreateApiVersion } from "@/lib/api-schemas";
import { change } from "@/lib/change";
import type { Transaction } from "@/lib/database";
import { ApiError, invalid } from "@/lib/errors";
import type { ProblemItem } from "@/lib/api-schemas/common";
import { lockRow } from "@/lib/lock-row";
import type { Context } from "@/lib/permissions";
import { findEditableApi } from "./find-api";
import { renderVersion } from "./get-version";
import { readDocument, type ReadDocument } from "./read-document";
import { storeRevision } from "./store-revision";

/**
 * Adds a version to an API: its first document, where its requests go, and under which path callers find it.
 * @throws ApiError not_found, forbidden, document_invalid or invalid_request with every problem, taken
 */
export async function createVersion(context: Context, slug: string, input: CreateApiVersion): Promise<ApiVersion> {
  const api = await findEditableApi(context.actor, slug);
  const document: ReadDocument = await readDocument(input);
  const basePath = input.basePath ?? `/${slug}/${input.version}`;
  const id = await change(
    context,
    async (transaction) => {
      await lockRow(transaction, "api", api.id);
      await refuseTaken(transaction, api, input.version, basePath);
      const created = await transaction.apiVersion.create({
        data: {
          apiId: api.id,
          version: input.version,
          basePath,
          upstream: {
            create: {
              connectTimeoutMs: input.upstream.connectTimeoutMs,
              sendTimeoutMs: input.upstream.sendTimeoutMs,
              readTimeoutMs: input.upstream.readTimeoutMs,
              targets: {
                create: input.upstream.targets.map(({ url, weight }, position) => ({
                  position,
                  url,
                  weight: weight ?? 1,
                })),
              },
            },
          },
        },
        select: { id: true },
      });
      await storeRevision(transaction, context, created.id, document);
      return {
        result: created.id,
        audit: {
          action: "version.create",
          entityType: "api",
          entityId: slug,
          teamId: api.teamId,
          summary: `Added ${api.name} ${input.version} with ${document.parsed.operations.length} operations`,
          details: { version: input.version, basePath, upstream: input.upstream, title: document.parsed.title },
        },
      };
    },
    { timeoutMs: 60_000 },
  );
  return renderVersion(context.actor, api, id);
}

async function refuseTaken(
  transaction: Transaction,
  api: { readonly id: number; readonly name: string },
  version: string,
  basePath: string,
): Promise<void> {
  const problems: ProblemItem[] = [];
  if ((await transaction.apiVersion.count({ where: { apiId: api.id, version } })) > 0) {
    problems.push({ code: "taken", message: `${api.name} has a version "${version}" already.`, place: "/version" });
  }
  const problem = await basePathProblem(transaction, basePath);
  if (problem !== undefined && problems.length === 0) {
    problems.push(problem);
  }
  const [first] = problems;
  if (first !== undefined) {
    throw new ApiError("taken", first.message, problems);
  }
}

/** Two versions under one path could not be told apart by the gateway. */
export async function basePathProblem(
  transaction: Transaction,
  basePath: string,
  ownId?: number,
): Promise<ProblemItem | undefined> {
  const other = await transaction.apiVersion.findUnique({
    where: { basePath },
    select: { id: true, version: true, api: { select: { name: true } } },
  });
  if (other === null || other.id === ownId) {
    return undefined;
  }
  const message = `${other.api.name} ${other.version} is served under "${basePath === "" ? "/" : basePath}" already.`;
  return { code: "base_path_taken", message, place: "/basePath" };
}

/** @throws ApiError invalid_request */
export function refuseEmptyChange(input: Readonly<Record<string, unknown>>): void {
  if (Object.values(input).every((value) => value === undefined)) {
    throw invalid([{ code: "required", message: "Give at least one field to change.", place: "" }]);
  }
}

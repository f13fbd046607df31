import "server-only";
import type { AttachedPolicy, Snapshot } from "@/gateway/compiler/snapshot";
import { readRouting, readVersioning } from "@/lib/apis/routing";
import { database } from "@/lib/database";
import { env } from "@/lib/env";
import { renderRequestLog } from "@/lib/environments/read-environments";
import { limitSelection, renderLimit } from "@/lib/products/render-limit";
import { readStoredSettings } from "@/lib/upstreams/stored-settings";
import { readNeededDocuments } from "@/lib/apis/read-needed-documents";
import { attachmentSelection, toAttachedPolicy, type AttachmentRow } from "@/lib/policies/attachments";

/**
 * Reads everything an environment serves, as of one moment: another person's change is in it whole or not at all. Retired versions are
 * left out, and with them what plans grant of them. Always in the same order, so that what did not change compiles to the same bytes.
 */
export async function takeSnapshot(environment: string): Promise<Snapshot> {
  const [settings, versions, plans, attachments] = await database().$transaction(
    [
      database().environment.findUniqueOrThrow({
        where: { slug: environment },
        select: { requestLogSampleEvery: true, requestLogAddress: true },
      }),
      database().apiVersion.findMany({
        where: { lifecycle: { not: "retired" } },
        orderBy: { id: "asc" },
        select: {
          id: true,
          version: true,
          basePath: true,
          routing: true,
          api: { select: { slug: true, versioning: true, team: { select: { slug: true } } } },
          operations: {
            where: { current: true },
            orderBy: { position: "asc" },
            select: { id: true, key: true, method: true, path: true },
          },
          revisions: { where: { current: true }, select: { id: true } },
          upstream: {
            select: {
              id: true,
              connectTimeoutMs: true,
              sendTimeoutMs: true,
              readTimeoutMs: true,
              settings: true,
              targets: { orderBy: { position: "asc" }, select: { url: true, weight: true, pool: true } },
            },
          },
        },
      }),
      database().plan.findMany({
        orderBy: { id: "asc" },
        select: {
          id: true,
          slug: true,
          product: { select: { slug: true, versions: { select: { apiVersionId: true } } } },
          limits: {
            orderBy: { position: "asc" },
            select: limitSelection,
          },
        },
      }),
      database().policyAttachment.findMany({
        where: { OR: [{ environmentId: null }, { environment: { slug: environment } }] },
        orderBy: [{ position: "asc" }, { id: "asc" }],
        select: {
          ...attachmentSelection,
          environmentId: true,
          apiVersionId: true,
          operationId: true,
          planId: true,
        },
      }),
    ],
    { isolationLevel: "RepeatableRead" },
  );
  const served = new Set(versions.map(({ id }) => id));
  const policiesOf = groupAttachments(attachments);
  const documents = await readNeededDocuments(
    versions.map(({ id, operations, revisions }) => ({
      versionId: id,
      revisionId: revisions[0]?.id,
      policies: [...policiesOf("version", id), ...operations.flatMap((one) => policiesOf("operation", one.id))],
    })),
  );
  return {
    environment,
    portalUrl: env().publicUrl,
    policies: policiesOf("environment"),
    requestLog: renderRequestLog(settings),
    apiVersions: versions.map(({ id, version, basePath, routing, api, operations, upstream }) => ({
      id,
      api: api.slug,
      team: api.team.slug,
      version,
      basePath,
      versioning: readVersioning(api.versioning),
      routing: readRouting(routing),
      operations: operations.map((operation) => ({ ...operation, policies: policiesOf("operation", operation.id) })),
      policies: policiesOf("version", id),
      ...(documents.has(id) && { document: documents.get(id) }),
      // A version is created together with its upstream; one without targets is the compiler's to refuse.
      upstream:
        upstream === null ? { id, targets: [] } : { ...upstream, settings: readStoredSettings(upstream.settings) },
    })),
    plans: plans.map(({ id, slug, product, limits }) => ({
      id,
      product: product.slug,
      plan: slug,
      limits: limits.map(renderLimit),
      policies: policiesOf("plan", id),
      apiVersionIds: product.versions
        .map(({ apiVersionId }) => apiVersionId)
        .filter((versionId) => served.has(versionId)),
    })),
  };
}

interface PlacedAttachment extends AttachmentRow {
  readonly apiVersionId: number | null;
  readonly operationId: number | null;
  readonly planId: number | null;
}

type Kind = "environment" | "version" | "operation" | "plan";

/** What is attached to each thing, in order; one query for all of them, however many operations there are. */
function groupAttachments(rows: readonly PlacedAttachment[]): (kind: Kind, id?: number) => readonly AttachedPolicy[] {
  const groups = new Map<string, AttachedPolicy[]>();
  for (const row of rows) {
    const key = placeKey(row);
    groups.set(key, [...(groups.get(key) ?? []), toAttachedPolicy(row)]);
  }
  return (kind, id) => groups.get(`${kind} ${id ?? ""}`) ?? [];
}

function placeKey({ apiVersionId, operationId, planId }: PlacedAttachment): string {
  if (apiVersionId !== null) {
    return `version ${apiVersionId}`;
  }
  if (operationId !== null) {
    return `operation ${operationId}`;
  }
  return planId === null ? "environment " : `plan ${planId}`;
}

import "server-only";
import type { ApiVersion, Operation } from "@/lib/api-schemas";
import { database } from "@/lib/database";
import { etagOf } from "@/lib/http/etag";
import { canEditApisOf, canReadOperations, type Actor, type ReadContext } from "@/lib/permissions";
import { visibleProducts } from "@/lib/products/find-product";
import { readServedVersions } from "@/lib/releases/served-versions";
import { readUserName } from "@/lib/people/user-names";
import { findApi, findVersion, type ApiIdentity } from "./find-api";
import {
  operationSelection,
  renderOperation,
  renderRevision,
  renderUpstream,
  revisionSelection,
  upstreamSelection,
} from "./render-api";
import { addressOf, readRouting, readVersioning } from "./routing";

/** @throws ApiError not_found */
export async function getVersion({ actor }: ReadContext, slug: string, version: string): Promise<ApiVersion> {
  const api = await findApi(actor, slug);
  const { id } = await findVersion(api, version);
  return renderVersion(actor, api, id);
}

/** @throws ApiError not_found */
export async function listOperations(
  { actor }: ReadContext,
  slug: string,
  version: string,
): Promise<{ items: Operation[] }> {
  const api = await findApi(actor, slug);
  const { id } = await findVersion(api, version);
  const rows = await database().operation.findMany({
    where: { apiVersionId: id, current: true },
    orderBy: { position: "asc" },
    select: operationSelection,
  });
  return { items: rows.map(renderOperation) };
}

/** The whole of a version as its answer shows it. Upstreams are the owner's business: others get null. */
export async function renderVersion(actor: Actor | null, api: ApiIdentity, id: number): Promise<ApiVersion> {
  const row = await database().apiVersion.findUniqueOrThrow({
    where: { id },
    select: {
      version: true,
      basePath: true,
      routing: true,
      api: { select: { versioning: true } },
      lifecycle: true,
      createdAt: true,
      updatedAt: true,
      changeCount: true,
      revisions: { where: { current: true }, select: revisionSelection },
      operations: { where: { current: true }, orderBy: { position: "asc" }, select: operationSelection },
      upstream: { select: upstreamSelection },
      products: {
        where: { product: visibleProducts(actor) },
        select: { product: { select: { slug: true, name: true } } },
      },
    },
  });
  const revision = row.revisions[0];
  if (revision === undefined) {
    throw new Error(`version ${id} has no current revision`);
  }
  const canEdit = canEditApisOf(actor, api.teamId);
  const shownRevision = renderRevision(revision, await readUserName(revision.createdById));
  const served = (await readServedVersions()).get(`${api.slug} ${row.version}`) ?? [];
  return {
    api: api.slug,
    apiName: api.name,
    version: row.version,
    basePath: row.basePath,
    routing: readRouting(row.routing),
    versioning: readVersioning(row.api.versioning),
    ...addressOf(row),
    lifecycle: row.lifecycle,
    title: revision.title,
    description: revision.description,
    // Where the document came from may be an address inside, or one with a token in it.
    revision: { ...shownRevision, sourceUrl: canEdit ? shownRevision.sourceUrl : null },
    operations: row.operations.map(renderOperation),
    upstream: (canEdit || canReadOperations(actor)) && row.upstream !== null ? renderUpstream(row.upstream) : null,
    products: row.products.map(({ product }) => product),
    environments: served.map(({ environment, release }) => ({ environment, release })),
    createdAt: row.createdAt.toISOString(),
    updatedAt: row.updatedAt.toISOString(),
    etag: etagOf(row),
    canEdit,
  };
}

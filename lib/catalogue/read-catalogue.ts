import "server-only";
import type { CatalogueApi, Page } from "@/lib/api-schemas";
import { findApi, visibleApis } from "@/lib/apis/find-api";
import { addressOf } from "@/lib/apis/routing";
import { database } from "@/lib/database";
import { makePage, readCursor } from "@/lib/http/cursor";
import { canReadApi, type ReadContext } from "@/lib/permissions";
import { visibleProducts } from "@/lib/products/find-product";
import { planSelection, renderPlan } from "@/lib/products/render-product";
import { readServedVersions } from "@/lib/releases/served-versions";
import type { Prisma } from "@/prisma/client/client";

const catalogueSelection = {
  id: true,
  slug: true,
  name: true,
  description: true,
  visibility: true,
  demo: true,
  updatedAt: true,
  team: { select: { slug: true, name: true } },
  versions: {
    where: { lifecycle: { not: "retired" } },
    orderBy: { id: "asc" },
    select: {
      version: true,
      basePath: true,
      routing: true,
      api: { select: { versioning: true } },
      lifecycle: true,
      revisions: { where: { current: true }, select: { title: true, operations: true } },
    },
  },
} as const satisfies Prisma.ApiSelect;

type CatalogueRow = Prisma.ApiGetPayload<{ select: typeof catalogueSelection }>;

export interface ListCatalogueQuery {
  readonly search?: string | undefined;
  readonly limit: number;
  readonly cursor?: string | undefined;
}

/** What consumers can find: visible APIs that have a version. Newest first. */
export async function listCatalogue({ actor }: ReadContext, query: ListCatalogueQuery): Promise<Page<CatalogueApi>> {
  const after = readCursor(query.cursor);
  const contains = { contains: query.search ?? "", mode: "insensitive" } as const;
  const rows = await database().api.findMany({
    where: {
      AND: [
        visibleApis(actor),
        { versions: { some: { lifecycle: { not: "retired" } } } },
        query.search ? { OR: [{ slug: contains }, { name: contains }, { description: contains }] } : {},
        after === undefined ? {} : { id: { lt: after } },
      ],
    },
    orderBy: { id: "desc" },
    take: query.limit + 1,
    select: catalogueSelection,
  });
  const render = await prepareRender({ actor }, rows);
  return makePage(rows, query.limit, render);
}

/** @throws ApiError not_found */
export async function getCatalogueApi(context: ReadContext, slug: string): Promise<CatalogueApi> {
  const { id } = await findApi(context.actor, slug);
  const row = await database().api.findUniqueOrThrow({ where: { id }, select: catalogueSelection });
  const render = await prepareRender(context, [row]);
  return render(row);
}

async function prepareRender(
  { actor }: ReadContext,
  rows: readonly CatalogueRow[],
): Promise<(row: CatalogueRow) => CatalogueApi> {
  const slugs = rows.map(({ slug }) => slug);
  const products = await database().product.findMany({
    where: { AND: [visibleProducts(actor), { versions: { some: { version: { api: { slug: { in: slugs } } } } } }] },
    orderBy: { id: "asc" },
    select: {
      versions: {
        select: {
          version: {
            select: { version: true, api: { select: { slug: true, name: true, visibility: true, teamId: true } } },
          },
        },
      },
      plans: { orderBy: { id: "asc" }, select: planSelection },
    },
  });
  const served = await readServedVersions();
  return (row) => ({
    slug: row.slug,
    name: row.name,
    description: row.description,
    visibility: row.visibility,
    team: row.team,
    demo: row.demo,
    versions: row.versions.map((version) => ({
      version: version.version,
      title: version.revisions[0]?.title ?? "",
      basePath: version.basePath,
      ...addressOf(version),
      lifecycle: version.lifecycle,
      operations: version.revisions[0]?.operations ?? 0,
      published: (served.get(`${row.slug} ${version.version}`) ?? []).some(({ production }) => production),
    })),
    plans: products
      .filter(({ versions }) => versions.some(({ version }) => version.api.slug === row.slug))
      .flatMap(({ plans, versions }) =>
        plans.map((plan) => {
          const {
            subscriptions: _subscriptions,
            etag: _etag,
            createdAt: _created,
            updatedAt: _updated,
            ...shown
          } = renderPlan(plan, false);
          return {
            ...shown,
            versions: versions
              .filter(({ version }) => canReadApi(actor, version.api))
              .map(({ version }) => ({
                api: version.api.slug,
                apiName: version.api.name,
                version: version.version,
              })),
          };
        }),
      ),
    updatedAt: row.updatedAt.toISOString(),
  });
}

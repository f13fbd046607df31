import "server-only";
import { addressOf } from "@/lib/apis/routing";
import type { Subscription } from "@/lib/api-schemas";
import { etagOf } from "@/lib/http/etag";
import { canEditApisOf, type Actor } from "@/lib/permissions";
import { limitSelection, renderLimit } from "@/lib/products/render-limit";
import type { Prisma } from "@/prisma/client/client";

const teamSelection = { select: { slug: true, name: true } } as const;

export const subscriptionSelection = {
  id: true,
  publicId: true,
  state: true,
  note: true,
  decisionNote: true,
  decidedById: true,
  decidedAt: true,
  createdById: true,
  createdAt: true,
  changeCount: true,
  quotas: { orderBy: { limitId: "asc" }, select: { quota: true, limit: { select: { name: true } } } },
  application: { select: { id: true, publicId: true, name: true, teamId: true, team: teamSelection } },
  plan: {
    select: {
      id: true,
      slug: true,
      name: true,
      approval: true,
      slaTier: { select: { slug: true, name: true } },
      limits: { orderBy: { position: "asc" }, select: limitSelection },
      product: {
        select: {
          slug: true,
          name: true,
          teamId: true,
          team: teamSelection,
          versions: {
            orderBy: { apiVersionId: "asc" },
            select: {
              version: {
                select: {
                  version: true,
                  basePath: true,
                  routing: true,
                  api: { select: { slug: true, name: true, versioning: true } },
                },
              },
            },
          },
        },
      },
    },
  },
} as const satisfies Prisma.SubscriptionSelect;

export type SubscriptionRow = Prisma.SubscriptionGetPayload<{ select: typeof subscriptionSelection }>;

export function renderSubscription(
  row: SubscriptionRow,
  actor: Actor,
  names: ReadonlyMap<number, string>,
): Subscription {
  const { application, plan } = row;
  const { product } = plan;
  return {
    id: row.publicId,
    state: row.state,
    application: { id: application.publicId, name: application.name, team: application.team },
    product: { slug: product.slug, name: product.name, team: product.team },
    plan: {
      slug: plan.slug,
      name: plan.name,
      approval: plan.approval,
      slaTier: plan.slaTier,
      limits: plan.limits.map(renderLimit),
    },
    quotas: Object.fromEntries(row.quotas.map(({ quota, limit }) => [limit.name, Number(quota)])),
    apis: product.versions.map(({ version }) => ({
      api: version.api.slug,
      apiName: version.api.name,
      version: version.version,
      basePath: version.basePath,
      ...addressOf(version),
    })),
    note: row.note,
    decisionNote: row.decisionNote,
    decidedBy: names.get(row.decidedById ?? 0) ?? null,
    decidedAt: row.decidedAt?.toISOString() ?? null,
    createdBy: names.get(row.createdById ?? 0) ?? null,
    createdAt: row.createdAt.toISOString(),
    etag: etagOf(row),
    canDecide: canEditApisOf(actor, product.teamId),
  };
}

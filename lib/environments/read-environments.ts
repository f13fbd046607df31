import "server-only";
import { requestLogSchema, type Environment, type Page, type RequestLogSettings } from "@/lib/api-schemas";
import { database } from "@/lib/database";
import { notFound } from "@/lib/errors";
import { isOnline } from "@/lib/gateways/render-node";
import { wholePage } from "@/lib/http/cursor";
import type { Context } from "@/lib/permissions";
import type { Prisma } from "@/prisma/client/client";

export const environmentSelection = {
  slug: true,
  name: true,
  production: true,
  requestLogSampleEvery: true,
  requestLogAddress: true,
  currentRelease: { select: { number: true, createdAt: true } },
  gateways: {
    orderBy: { id: "asc" },
    select: {
      slug: true,
      name: true,
      publicUrl: true,
      nodes: { where: { retiredAt: null }, select: { lastHeartbeatAt: true, retiredAt: true, activeRelease: true } },
    },
  },
} as const satisfies Prisma.EnvironmentSelect;

/** In their order, from development to production. */
export async function listEnvironments(_context: Context): Promise<Page<Environment>> {
  const rows = await database().environment.findMany({ orderBy: { position: "asc" }, select: environmentSelection });
  return wholePage(rows.map(renderEnvironment));
}

/** @throws ApiError not_found */
export async function getEnvironment(_context: Context, slug: string): Promise<Environment> {
  const row = await database().environment.findUnique({ where: { slug }, select: environmentSelection });
  if (row === null) {
    throw notFound("environment", slug);
  }
  return renderEnvironment(row);
}

export function renderEnvironment(
  row: Prisma.EnvironmentGetPayload<{ select: typeof environmentSelection }>,
): Environment {
  const online = row.gateways.flatMap(({ nodes }) => nodes).filter(isOnline);
  const release = row.currentRelease?.number ?? null;
  return {
    slug: row.slug,
    name: row.name,
    production: row.production,
    release,
    releasedAt: row.currentRelease?.createdAt.toISOString() ?? null,
    gateways: row.gateways.map(({ slug, name, publicUrl }) => ({ slug, name, publicUrl })),
    nodesExpected: online.length,
    nodesRunning: online.filter(({ activeRelease }) => release !== null && activeRelease === release).length,
    requestLog: renderRequestLog(row),
  };
}

export function renderRequestLog(row: {
  readonly requestLogSampleEvery: number;
  readonly requestLogAddress: string;
}): RequestLogSettings {
  return requestLogSchema.parse({ sampleEvery: row.requestLogSampleEvery, clientAddress: row.requestLogAddress });
}

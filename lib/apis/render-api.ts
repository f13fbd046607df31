import "server-only";
import type { Api, Operation, Revision, Upstream } from "@/lib/api-schemas";
import type { ProblemItem } from "@/lib/api-schemas/common";
import { etagOf } from "@/lib/http/etag";
import { canEditApisOf, type Actor } from "@/lib/permissions";
import type { Served } from "@/lib/releases/served-versions";
import { readStoredSettings } from "@/lib/upstreams/stored-settings";
import type { Prisma } from "@/prisma/client/client";
import { readVersioning } from "./routing";

export const apiSelection = {
  id: true,
  slug: true,
  name: true,
  description: true,
  visibility: true,
  versioning: true,
  teamId: true,
  demo: true,
  createdAt: true,
  updatedAt: true,
  changeCount: true,
  team: { select: { slug: true, name: true } },
  versions: {
    orderBy: { id: "asc" },
    select: {
      version: true,
      basePath: true,
      lifecycle: true,
      createdAt: true,
      revisions: { where: { current: true }, select: { number: true, title: true, operations: true } },
    },
  },
} as const satisfies Prisma.ApiSelect;

export type ApiRow = Prisma.ApiGetPayload<{ select: typeof apiSelection }>;

export function renderApi(row: ApiRow, actor: Actor | null, served: ReadonlyMap<string, readonly Served[]>): Api {
  return {
    slug: row.slug,
    name: row.name,
    description: row.description,
    visibility: row.visibility,
    versioning: readVersioning(row.versioning),
    team: row.team,
    demo: row.demo,
    versions: row.versions.map((version) => {
      const revision = version.revisions[0];
      return {
        version: version.version,
        basePath: version.basePath,
        lifecycle: version.lifecycle,
        title: revision?.title ?? "",
        operations: revision?.operations ?? 0,
        revision: revision?.number ?? 0,
        environments: (served.get(`${row.slug} ${version.version}`) ?? []).map(({ environment }) => environment),
        createdAt: version.createdAt.toISOString(),
      };
    }),
    createdAt: row.createdAt.toISOString(),
    updatedAt: row.updatedAt.toISOString(),
    etag: etagOf(row),
    canEdit: canEditApisOf(actor, row.teamId),
  };
}

export const revisionSelection = {
  id: true,
  number: true,
  current: true,
  specification: true,
  title: true,
  apiVersion: true,
  description: true,
  operations: true,
  bytes: true,
  sha256: true,
  sourceUrl: true,
  warnings: true,
  createdAt: true,
  createdById: true,
} as const satisfies Prisma.RevisionSelect;

export type RevisionRow = Prisma.RevisionGetPayload<{ select: typeof revisionSelection }>;

export function renderRevision(row: RevisionRow, createdBy: string | null): Revision {
  return {
    number: row.number,
    current: row.current,
    specification: row.specification,
    title: row.title,
    apiVersion: row.apiVersion,
    operations: row.operations,
    bytes: row.bytes,
    sha256: row.sha256,
    sourceUrl: row.sourceUrl,
    // Written by us from the same type.
    warnings: row.warnings as unknown as ProblemItem[],
    createdAt: row.createdAt.toISOString(),
    createdBy,
  };
}

export const operationSelection = {
  id: true,
  key: true,
  method: true,
  path: true,
  summary: true,
  description: true,
  tags: true,
  deprecated: true,
} as const satisfies Prisma.OperationSelect;

export function renderOperation(row: Prisma.OperationGetPayload<{ select: typeof operationSelection }>): Operation {
  return row;
}

export const upstreamSelection = {
  id: true,
  connectTimeoutMs: true,
  sendTimeoutMs: true,
  readTimeoutMs: true,
  settings: true,
  updatedAt: true,
  changeCount: true,
  targets: { orderBy: { position: "asc" }, select: { url: true, weight: true, pool: true } },
} as const satisfies Prisma.UpstreamSelect;

export type UpstreamRow = Prisma.UpstreamGetPayload<{ select: typeof upstreamSelection }>;

export function renderUpstream(row: UpstreamRow): Upstream {
  return {
    targets: row.targets,
    connectTimeoutMs: row.connectTimeoutMs,
    sendTimeoutMs: row.sendTimeoutMs,
    readTimeoutMs: row.readTimeoutMs,
    ...readStoredSettings(row.settings),
    updatedAt: row.updatedAt.toISOString(),
    etag: etagOf(row),
  };
}

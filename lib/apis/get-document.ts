import "server-only";
import { database } from "@/lib/database";
import { env } from "@/lib/env";
import { notFound } from "@/lib/errors";
import { canEditApisOf, requirePermission, type ReadContext } from "@/lib/permissions";
import { findApi, findVersion } from "./find-api";

/**
 * The document as it was given, byte for byte.
 * @param number of the revision, for owners: what a later revision took out is gone for others; without it the current one
 * @throws ApiError not_found, forbidden
 */
export async function getDocumentSource(
  { actor }: ReadContext,
  slug: string,
  version: string,
  number?: number,
): Promise<Uint8Array<ArrayBuffer>> {
  const api = await findApi(actor, slug);
  requirePermission(
    number === undefined || canEditApisOf(actor, api.teamId),
    "Only owners of the API's team may read its revisions.",
  );
  const { id } = await findVersion(api, version);
  const row = await database().revision.findFirst({
    where: { apiVersionId: id, ...(number === undefined ? { current: true } : { number }) },
    select: { document: { select: { source: true } } },
  });
  if (row === null || row.document === null) {
    throw notFound("revision", String(number ?? "current"));
  }
  return row.document.source;
}

/**
 * The document as the portal shows it: one file, 3.x, and the gateway as its only server, with the key that calls need.
 * @returns JSON text
 * @throws ApiError not_found
 */
export async function getReferenceDocument({ actor }: ReadContext, slug: string, version: string): Promise<string> {
  const api = await findApi(actor, slug);
  const { id, basePath } = await findVersion(api, version);
  const row = await database().revision.findFirst({
    where: { apiVersionId: id, current: true },
    select: { document: { select: { bundled: true } } },
  });
  if (row === null || row.document === null) {
    throw notFound("document", `${slug} ${version}`);
  }
  // Written by us: an object, made by the importer.
  const document = JSON.parse(row.document.bundled) as OpenApiDocument;
  return JSON.stringify(showThroughGateway(document, `${env().gatewayUrl}${basePath}`));
}

interface OpenApiDocument {
  paths?: Record<string, Record<string, unknown>>;
  components?: { securitySchemes?: Record<string, unknown> };
}

const KEY_SCHEME = "gatehouseKey";
const METHODS = ["get", "put", "post", "delete", "options", "head", "patch", "trace"];

/** Callers talk to the gateway: its address and its key replace the upstream's servers and security. */
function showThroughGateway(document: OpenApiDocument, url: string): unknown {
  const paths = Object.fromEntries(
    Object.entries(document.paths ?? {}).map(([path, item]) => [path, withoutServers(item)]),
  );
  return {
    ...document,
    servers: [{ url, description: "Gatehouse gateway" }],
    security: [{ [KEY_SCHEME]: [] }],
    paths,
    components: {
      ...document.components,
      securitySchemes: {
        [KEY_SCHEME]: {
          type: "apiKey",
          in: "header",
          name: "X-API-Key",
          description: "A key of an application that is subscribed to this API.",
        },
      },
    },
  };
}

function withoutServers(item: Record<string, unknown>): Record<string, unknown> {
  const { servers: _servers, ...kept } = item;
  for (const method of METHODS) {
    const operation = kept[method];
    if (typeof operation === "object" && operation !== null) {
      const { servers: _operationServers, security: _security, ...rest } = operation as Record<string, unknown>;
      kept[method] = rest;
    }
  }
  return kept;
}

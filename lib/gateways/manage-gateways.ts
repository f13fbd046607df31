import "server-only";
import type { CreateGateway, Gateway, Node, Page, UpdateGateway } from "@/lib/api-schemas";
import { change, refuseEmptyChange } from "@/lib/change";
import { database } from "@/lib/database";
import { ApiError, invalid, notFound, taken } from "@/lib/errors";
import { gather } from "@/lib/gather";
import { wholePage } from "@/lib/http/cursor";
import { checkIfMatch, etagOf } from "@/lib/http/etag";
import { readCredentialCursor } from "@/lib/keys/credential-log";
import { lockRow } from "@/lib/lock-row";
import { canReadReleases, isAdmin, requirePermission, type Context } from "@/lib/permissions";
import type { Prisma } from "@/prisma/client/client";
import { isOnline, nodeSelection, renderNode } from "./render-node";

const READERS_ONLY = "Gateways are for owners, ops and admins.";
const ADMINS_ONLY = "Only admins may change gateways.";

const gatewaySelection = {
  id: true,
  slug: true,
  name: true,
  publicUrl: true,
  createdAt: true,
  changeCount: true,
  environment: { select: { slug: true } },
  nodes: { where: { retiredAt: null }, orderBy: { id: "asc" }, select: nodeSelection },
} as const satisfies Prisma.GatewaySelect;

type GatewayRow = Prisma.GatewayGetPayload<{ select: typeof gatewaySelection }>;

/** @throws ApiError forbidden */
export async function listGateways({ actor }: Context): Promise<Page<Gateway>> {
  requirePermission(canReadReleases(actor), READERS_ONLY);
  const rows = await database().gateway.findMany({ orderBy: { id: "asc" }, select: gatewaySelection });
  const newest = await readCredentialCursor();
  return wholePage(rows.map((row) => renderGateway(row, newest)));
}

/** @throws ApiError forbidden, not_found */
export async function getGateway({ actor }: Context, slug: string): Promise<Gateway> {
  requirePermission(canReadReleases(actor), READERS_ONLY);
  return renderGateway(await findGateway(slug), await readCredentialCursor());
}

/** @throws ApiError forbidden, not_found */
export async function listNodes(context: Context, slug: string): Promise<Page<Node>> {
  return wholePage((await getGateway(context, slug)).nodes);
}

/** @throws ApiError forbidden, invalid_request, taken */
export async function checkNewGateway({ actor }: Context, input: Partial<CreateGateway>): Promise<void> {
  requirePermission(isAdmin(actor), ADMINS_ONLY);
  await gather(
    () => refuseUnknownEnvironment(input.environment),
    () => refuseTaken(input.slug),
  );
}

async function refuseUnknownEnvironment(slug: string | undefined): Promise<void> {
  if (slug !== undefined && (await database().environment.count({ where: { slug } })) === 0) {
    const message = `There is no environment "${slug}".`;
    throw invalid([{ code: "unknown_value", message, place: "/environment" }]);
  }
}

async function refuseTaken(slug: string | undefined): Promise<void> {
  if (slug !== undefined && (await database().gateway.count({ where: { slug } })) > 0) {
    throw taken(`There is a gateway "${slug}" already.`, "/slug");
  }
}

/** @throws ApiError forbidden, invalid_request, taken */
export async function createGateway(context: Context, input: CreateGateway): Promise<Gateway> {
  await checkNewGateway(context, input);
  return change(context, async (transaction) => {
    const row = await transaction.gateway.create({
      data: {
        slug: input.slug,
        name: input.name,
        publicUrl: input.publicUrl,
        environment: { connect: { slug: input.environment } },
      },
      select: gatewaySelection,
    });
    return {
      result: renderGateway(row, 0),
      audit: {
        action: "gateway.create",
        entityType: "gateway",
        entityId: row.slug,
        summary: `Created gateway ${row.name} in ${input.environment}`,
        details: { ...input },
      },
    };
  });
}

/** @throws ApiError forbidden, not_found, precondition_failed */
export async function updateGateway(
  context: Context,
  slug: string,
  input: UpdateGateway,
  ifMatch: string | undefined,
): Promise<Gateway> {
  requirePermission(isAdmin(context.actor), ADMINS_ONLY);
  refuseEmptyChange(input);
  const { id } = await findGateway(slug);
  const newest = await readCredentialCursor();
  return change(context, async (transaction) => {
    await lockRow(transaction, "gateway", id);
    checkIfMatch(
      ifMatch,
      await transaction.gateway.findUniqueOrThrow({ where: { id }, select: { changeCount: true } }),
    );
    const row = await transaction.gateway.update({
      where: { id },
      data: { ...input, changeCount: { increment: 1 } },
      select: gatewaySelection,
    });
    return {
      result: renderGateway(row, newest),
      audit: {
        action: "gateway.update",
        entityType: "gateway",
        entityId: slug,
        summary: `Changed gateway ${row.name}`,
        details: { ...input },
      },
    };
  });
}

/** @throws ApiError forbidden, not_found, precondition_failed, in_use while a node is online */
export async function removeGateway(context: Context, slug: string, ifMatch: string | undefined): Promise<void> {
  requirePermission(isAdmin(context.actor), ADMINS_ONLY);
  const { id } = await findGateway(slug);
  await change(context, async (transaction) => {
    await lockRow(transaction, "gateway", id);
    const row = await transaction.gateway.findUniqueOrThrow({ where: { id }, select: gatewaySelection });
    checkIfMatch(ifMatch, row);
    const online = row.nodes.filter(isOnline);
    if (online.length > 0) {
      throw new ApiError(
        "in_use",
        "Nodes of it are running. Stop them or remove them first.",
        online.map((node) => ({ code: "in_use", message: `${node.name} is online.`, place: `nodes/${node.publicId}` })),
      );
    }
    await transaction.gateway.delete({ where: { id }, select: { id: true } });
    return {
      result: undefined,
      audit: {
        action: "gateway.remove",
        entityType: "gateway",
        entityId: slug,
        summary: `Removed gateway ${row.name}`,
      },
    };
  });
}

/** Its token stops working at once; it goes on serving what it has. @throws ApiError forbidden, not_found */
export async function removeNode(context: Context, slug: string, nodeId: string): Promise<void> {
  requirePermission(isAdmin(context.actor), ADMINS_ONLY);
  const gateway = await findGateway(slug);
  await change(context, async (transaction) => {
    const node = await transaction.node.findFirst({
      where: { publicId: nodeId, gatewayId: gateway.id, retiredAt: null },
      select: { id: true, name: true },
    });
    if (node === null) {
      throw notFound("node", nodeId);
    }
    await transaction.node.update({ where: { id: node.id }, data: { retiredAt: new Date() }, select: { id: true } });
    return {
      result: undefined,
      audit: {
        action: "node.remove",
        entityType: "gateway",
        entityId: slug,
        summary: `Removed node ${node.name} of ${gateway.name}`,
        details: { node: nodeId },
      },
    };
  });
}

/** @throws ApiError not_found */
export async function findGateway(slug: string): Promise<GatewayRow> {
  const row = await database().gateway.findUnique({ where: { slug }, select: gatewaySelection });
  if (row === null) {
    throw notFound("gateway", slug);
  }
  return row;
}

function renderGateway(row: GatewayRow, newestCredential: number): Gateway {
  return {
    slug: row.slug,
    name: row.name,
    environment: row.environment.slug,
    publicUrl: row.publicUrl,
    nodes: row.nodes.map((node) => renderNode(node, newestCredential)),
    createdAt: row.createdAt.toISOString(),
    etag: etagOf(row),
  };
}

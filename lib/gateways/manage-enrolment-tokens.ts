import "server-only";
import type { CreatedEnrolmentToken, CreateEnrolmentToken, EnrolmentToken, Page } from "@/lib/api-schemas";
import { change } from "@/lib/change";
import { sha256Hex } from "@/lib/crypto/hash";
import { newId, randomBase62 } from "@/lib/crypto/random-id";
import { database } from "@/lib/database";
import { notFound } from "@/lib/errors";
import { readExpiry } from "@/lib/expiry";
import { wholePage } from "@/lib/http/cursor";
import { isAdmin, requirePermission, type Context } from "@/lib/permissions";
import type { Prisma } from "@/prisma/client/client";
import { findGateway } from "./manage-gateways";

const ADMINS_ONLY = "Only admins may enrol nodes.";
const DEFAULT_LIFETIME_MS = 24 * 3600 * 1000;

const tokenSelection = {
  publicId: true,
  name: true,
  maxUses: true,
  uses: true,
  expiresAt: true,
  revokedAt: true,
  createdAt: true,
} as const satisfies Prisma.EnrolmentTokenSelect;

/** Newest first. @throws ApiError forbidden, not_found */
export async function listEnrolmentTokens(context: Context, slug: string): Promise<Page<EnrolmentToken>> {
  requirePermission(isAdmin(context.actor), ADMINS_ONLY);
  const gateway = await findGateway(slug);
  const rows = await database().enrolmentToken.findMany({
    where: { gatewayId: gateway.id },
    orderBy: { id: "desc" },
    select: tokenSelection,
  });
  return wholePage(rows.map((row) => renderToken(row, slug)));
}

/** @throws ApiError forbidden, not_found, invalid_request */
export async function checkNewEnrolmentToken({ actor }: Context, slug: string, input: CreateEnrolmentToken) {
  requirePermission(isAdmin(actor), ADMINS_ONLY);
  const gateway = await findGateway(slug);
  const byDefault = new Date(Date.now() + DEFAULT_LIFETIME_MS);
  return { gateway, expiresAt: input.expiresAt === undefined ? byDefault : readExpiry(input.expiresAt) };
}

/** @throws ApiError forbidden, not_found, invalid_request */
export async function createEnrolmentToken(
  context: Context,
  slug: string,
  input: CreateEnrolmentToken,
): Promise<CreatedEnrolmentToken> {
  const { gateway, expiresAt } = await checkNewEnrolmentToken(context, slug, input);
  const token = `ghe_${randomBase62(40)}`;
  return change(context, async (transaction) => {
    const row = await transaction.enrolmentToken.create({
      data: {
        publicId: newId("ent"),
        gatewayId: gateway.id,
        name: input.name ?? "",
        hash: sha256Hex(token),
        maxUses: input.maxUses === undefined ? 1 : input.maxUses,
        expiresAt,
      },
      select: tokenSelection,
    });
    return {
      result: { ...renderToken(row, slug), token },
      audit: {
        action: "enrolment-token.create",
        entityType: "gateway",
        entityId: slug,
        summary: `Made an enrolment token for ${gateway.name}`,
        details: { token: row.publicId, maxUses: row.maxUses, expiresAt: expiresAt?.toISOString() ?? null },
      },
    };
  });
}

/** Nodes that it enrolled stay. @throws ApiError forbidden, not_found */
export async function revokeEnrolmentToken(context: Context, slug: string, id: string): Promise<void> {
  requirePermission(isAdmin(context.actor), ADMINS_ONLY);
  const gateway = await findGateway(slug);
  await change(context, async (transaction) => {
    const { count } = await transaction.enrolmentToken.updateMany({
      where: { publicId: id, gatewayId: gateway.id, revokedAt: null },
      data: { revokedAt: new Date() },
    });
    if (count === 0) {
      throw notFound("enrolment token", id);
    }
    return {
      result: undefined,
      audit: {
        action: "enrolment-token.revoke",
        entityType: "gateway",
        entityId: slug,
        summary: `Revoked an enrolment token of ${gateway.name}`,
        details: { token: id },
      },
    };
  });
}

function renderToken(
  row: Prisma.EnrolmentTokenGetPayload<{ select: typeof tokenSelection }>,
  gateway: string,
): EnrolmentToken {
  return {
    id: row.publicId,
    gateway,
    name: row.name,
    maxUses: row.maxUses,
    uses: row.uses,
    expiresAt: row.expiresAt?.toISOString() ?? null,
    revokedAt: row.revokedAt?.toISOString() ?? null,
    createdAt: row.createdAt.toISOString(),
  };
}

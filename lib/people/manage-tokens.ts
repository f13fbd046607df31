import "server-only";
import type { CreatedToken, CreateToken, Page, Token } from "@/lib/api-schemas";
import { MAX_TOKENS_PER_USER, refuseBeyond } from "@/lib/caps";
import { change } from "@/lib/change";
import { sha256Hex } from "@/lib/crypto/hash";
import { newId, randomBase62 } from "@/lib/crypto/random-id";
import { database } from "@/lib/database";
import { notFound } from "@/lib/errors";
import { readExpiry } from "@/lib/expiry";
import { wholePage } from "@/lib/http/cursor";
import { lockRow } from "@/lib/lock-row";
import type { Context } from "@/lib/permissions";
import type { Prisma } from "@/prisma/client/client";
import { findUser } from "./manage-users";

/** Lets secret scanners find tokens that leaked. */
const TOKEN_PREFIX = "ghp_";

const tokenSelection = {
  publicId: true,
  name: true,
  prefix: true,
  expiresAt: true,
  lastUsedAt: true,
  createdAt: true,
} as const satisfies Prisma.PersonalAccessTokenSelect;

/** The caller's own, newest first. */
export async function listTokens({ actor }: Context): Promise<Page<Token>> {
  const rows = await database().personalAccessToken.findMany({
    where: { user: { publicId: actor.id } },
    orderBy: { id: "desc" },
    select: tokenSelection,
  });
  return wholePage(rows.map(renderToken));
}

/** A token can do whatever its person can. @throws ApiError invalid_request when it would be born expired, cap_reached */
export async function createToken(context: Context, input: CreateToken): Promise<CreatedToken> {
  const expiresAt = readExpiry(input.expiresAt);
  const { id } = await findUser(context.actor.id);
  const token = TOKEN_PREFIX + randomBase62(40);
  return change(context, async (transaction) => {
    await lockRow(transaction, "user", id);
    const working = { OR: [{ expiresAt: null }, { expiresAt: { gt: new Date() } }] };
    const count = await transaction.personalAccessToken.count({ where: { userId: id, ...working } });
    refuseBeyond(MAX_TOKENS_PER_USER, count, "tokens that work", "Remove one first.");
    const row = await transaction.personalAccessToken.create({
      data: {
        publicId: newId("tok"),
        userId: id,
        name: input.name,
        hash: sha256Hex(token),
        prefix: token.slice(0, TOKEN_PREFIX.length + 4),
        expiresAt,
      },
      select: tokenSelection,
    });
    return {
      result: { ...renderToken(row), token },
      audit: {
        action: "token.create",
        entityType: "user",
        entityId: context.actor.id,
        summary: `Made the access token ${row.name}`,
        details: { token: row.publicId, expiresAt: expiresAt?.toISOString() ?? null },
      },
    };
  });
}

/** @throws ApiError not_found */
export async function removeToken(context: Context, publicId: string): Promise<void> {
  await change(context, async (transaction) => {
    const { count } = await transaction.personalAccessToken.deleteMany({
      where: { publicId, user: { publicId: context.actor.id } },
    });
    if (count === 0) {
      throw notFound("token", publicId);
    }
    return {
      result: undefined,
      audit: {
        action: "token.remove",
        entityType: "user",
        entityId: context.actor.id,
        summary: "Removed an access token",
        details: { token: publicId },
      },
    };
  });
}

function renderToken(row: Prisma.PersonalAccessTokenGetPayload<{ select: typeof tokenSelection }>): Token {
  return {
    id: row.publicId,
    name: row.name,
    prefix: row.prefix,
    expiresAt: row.expiresAt?.toISOString() ?? null,
    lastUsedAt: row.lastUsedAt?.toISOString() ?? null,
    createdAt: row.createdAt.toISOString(),
  };
}

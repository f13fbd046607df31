import "server-only";
import type { EnrolAnswer, EnrolRequest } from "@/gateway/contract/heartbeat";
import { change } from "@/lib/change";
import { sha256Hex } from "@/lib/crypto/hash";
import { newId, randomBase62 } from "@/lib/crypto/random-id";
import { ApiError } from "@/lib/errors";
import { OFFLINE_AFTER_MS } from "@/lib/gateways/render-node";
import { SYSTEM } from "@/lib/permissions";
import { readPublicKey } from "@/lib/releases/signing-key";

/**
 * Makes an enrolment token a node with a token of its own. Each enrolment is a new node, also under an old name: what a node has metered
 * is told apart by (node, sequence), and a node that lost its state begins to count anew. A node of the same name that is offline was
 * this one before; it is retired.
 * @throws ApiError token_invalid when the enrolment token is unknown, expired, revoked or used up
 */
export async function enrolNode(token: string | undefined, input: EnrolRequest): Promise<EnrolAnswer> {
  const publicKey = await readPublicKey();
  const nodeToken = `ghn_${randomBase62(40)}`;
  return change(SYSTEM, async (transaction) => {
    // Counts the use and checks in one step: two nodes cannot share the last one.
    const [used] = await transaction.$queryRaw<{ gateway_id: number }[]>`
      UPDATE "enrolment_token" SET uses = uses + 1
      WHERE hash = ${sha256Hex(token ?? "")} AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > now())
        AND (max_uses IS NULL OR uses < max_uses)
      RETURNING gateway_id`;
    if (used === undefined) {
      throw new ApiError("token_invalid", "The enrolment token is unknown, expired, revoked or used up.");
    }
    const gateway = await transaction.gateway.findUniqueOrThrow({
      where: { id: used.gateway_id },
      select: { id: true, slug: true, name: true, environment: { select: { slug: true } } },
    });
    const now = new Date();
    const offlineSince = new Date(now.getTime() - OFFLINE_AFTER_MS);
    await transaction.node.updateMany({
      where: {
        gatewayId: gateway.id,
        name: input.name,
        retiredAt: null,
        OR: [{ lastHeartbeatAt: null }, { lastHeartbeatAt: { lt: offlineSince } }],
      },
      data: { retiredAt: now },
    });
    const node = await transaction.node.create({
      data: {
        publicId: newId("nod"),
        gatewayId: gateway.id,
        name: input.name,
        version: input.version,
        tokenHash: sha256Hex(nodeToken),
      },
      select: { publicId: true },
    });
    return {
      result: {
        node: node.publicId,
        environment: gateway.environment.slug,
        gateway: gateway.slug,
        token: nodeToken,
        publicKey,
      },
      audit: {
        action: "node.enrol",
        entityType: "gateway",
        entityId: gateway.slug,
        summary: `Enrolled node ${input.name} of ${gateway.name}`,
        details: { node: node.publicId, version: input.version },
      },
    };
  });
}

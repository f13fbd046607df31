import "server-only";
import { bearerToken } from "@/lib/auth/authenticate";
import { sha256Hex } from "@/lib/crypto/hash";
import { database } from "@/lib/database";
import { ApiError } from "@/lib/errors";

/** A node as it calls. */
export interface NodeIdentity {
  readonly id: number;
  readonly publicId: string;
  readonly gatewayId: number;
  readonly environmentId: number;
  readonly environment: string;
}

/** @throws ApiError token_invalid when the token is missing, unknown, or the node was removed or replaced */
export async function authenticateNode(request: Request): Promise<NodeIdentity> {
  const token = bearerToken(request);
  const row =
    token === undefined
      ? null
      : await database().node.findUnique({
          where: { tokenHash: sha256Hex(token) },
          select: {
            id: true,
            publicId: true,
            retiredAt: true,
            gateway: { select: { id: true, environment: { select: { id: true, slug: true } } } },
          },
        });
  if (row === null || row.retiredAt !== null) {
    throw new ApiError("token_invalid", "The node's token is unknown or revoked. Enrol the node again.");
  }
  const { environment } = row.gateway;
  return {
    id: row.id,
    publicId: row.publicId,
    gatewayId: row.gateway.id,
    environmentId: environment.id,
    environment: environment.slug,
  };
}

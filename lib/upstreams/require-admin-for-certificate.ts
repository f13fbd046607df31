import "server-only";
import type { UpstreamSettings } from "@/gateway/compiler/upstream-settings";
import { isAdmin, requirePermission, type Context } from "@/lib/permissions";

/**
 * A certificate of the environment is an identity that upstreams trust: which API may act under it is not for the API's team to say.
 * @throws ApiError forbidden
 */
export function requireAdminForCertificate(
  { actor }: Context,
  before: UpstreamSettings,
  settings: UpstreamSettings,
): void {
  const name = settings.tls?.clientCertificate;
  if (name !== undefined && name !== before.tls?.clientCertificate) {
    requirePermission(isAdmin(actor), "Only admins may say which certificate is presented to an upstream.");
  }
}

import "server-only";
import { change } from "@/lib/change";
import type { Transaction } from "@/lib/database";
import { ApiError } from "@/lib/errors";
import { checkIfMatch } from "@/lib/http/etag";
import { lockRow } from "@/lib/lock-row";
import type { Context } from "@/lib/permissions";
import { findEditableApi, findVersion } from "./find-api";

/**
 * Removes an API with all its versions and documents. Gateways go on serving it until the next release; usage stays.
 * @throws ApiError not_found, forbidden, precondition_failed, in_use when a product offers one of its versions
 */
export async function removeApi(context: Context, slug: string, ifMatch: string | undefined): Promise<void> {
  const { id } = await findEditableApi(context.actor, slug);
  await change(context, async (transaction) => {
    await lockRow(transaction, "api", id);
    const api = await findEditableApi(context.actor, slug, transaction);
    checkIfMatch(ifMatch, api);
    await refuseOffered(transaction, { version: { apiId: id } });
    await transaction.api.delete({ where: { id }, select: { id: true } });
    return {
      result: undefined,
      audit: {
        action: "api.remove",
        entityType: "api",
        entityId: slug,
        teamId: api.teamId,
        summary: `Removed API ${api.name}`,
      },
    };
  });
}

/** @throws ApiError not_found, forbidden, precondition_failed, in_use */
export async function removeVersion(
  context: Context,
  slug: string,
  version: string,
  ifMatch: string | undefined,
): Promise<void> {
  const api = await findEditableApi(context.actor, slug);
  const { id } = await findVersion(api, version);
  await change(context, async (transaction) => {
    await lockRow(transaction, "api_version", id);
    checkIfMatch(ifMatch, await findVersion(api, version, transaction));
    await refuseOffered(transaction, { apiVersionId: id });
    await transaction.apiVersion.delete({ where: { id }, select: { id: true } });
    return {
      result: undefined,
      audit: {
        action: "version.remove",
        entityType: "api",
        entityId: slug,
        teamId: api.teamId,
        summary: `Removed ${api.name} ${version}`,
        details: { version },
      },
    };
  });
}

async function refuseOffered(
  transaction: Transaction,
  where: { readonly apiVersionId: number } | { readonly version: { readonly apiId: number } },
): Promise<void> {
  const offers = await transaction.productVersion.findMany({
    where,
    select: { product: { select: { slug: true, name: true } }, version: { select: { version: true } } },
  });
  if (offers.length > 0) {
    throw new ApiError(
      "in_use",
      "Products offer it. Take it out of them first.",
      offers.map(({ product, version }) => ({
        code: "in_use",
        message: `The product ${product.name} offers version ${version.version}.`,
        place: `products/${product.slug}`,
      })),
    );
  }
}

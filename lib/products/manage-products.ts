import "server-only";
import type { CreateProduct, Page, Product, UpdateProduct } from "@/lib/api-schemas";
import { visibleApis } from "@/lib/apis/find-api";
import { change, refuseEmptyChange } from "@/lib/change";
import { database, type Transaction } from "@/lib/database";
import { ApiError, taken } from "@/lib/errors";
import { gather } from "@/lib/gather";
import { makePage, readCursor } from "@/lib/http/cursor";
import { checkIfMatch } from "@/lib/http/etag";
import { lockRow } from "@/lib/lock-row";
import type { Context, ReadContext } from "@/lib/permissions";
import { chooseTeam } from "@/lib/teams/choose-team";
import type { Prisma } from "@/prisma/client/client";
import { chooseVersions } from "./choose-versions";
import { editableProducts, findEditableProduct, findProduct, visibleProducts } from "./find-product";
import { productSelection, renderProduct } from "./render-product";

export interface ListProductsQuery {
  readonly search?: string | undefined;
  readonly editable?: boolean | undefined;
  readonly api?: string | undefined;
  readonly limit: number;
  readonly cursor?: string | undefined;
}

/** Newest first. */
export async function listProducts({ actor }: ReadContext, query: ListProductsQuery): Promise<Page<Product>> {
  const after = readCursor(query.cursor);
  const contains = { contains: query.search ?? "", mode: "insensitive" } as const;
  const rows = await database().product.findMany({
    where: {
      AND: [
        visibleProducts(actor),
        query.editable === true ? editableProducts(actor) : {},
        query.api === undefined
          ? {}
          : { versions: { some: { version: { api: { AND: [{ slug: query.api }, visibleApis(actor)] } } } } },
        query.search ? { OR: [{ slug: contains }, { name: contains }, { description: contains }] } : {},
        after === undefined ? {} : { id: { lt: after } },
      ],
    },
    orderBy: { id: "desc" },
    take: query.limit + 1,
    select: productSelection,
  });
  return makePage(rows, query.limit, (row) => renderProduct(row, actor));
}

/** @throws ApiError not_found */
export async function getProduct({ actor }: ReadContext, slug: string): Promise<Product> {
  const { id } = await findProduct(actor, slug);
  return renderProduct(await database().product.findUniqueOrThrow({ where: { id }, select: productSelection }), actor);
}

/**
 * Whether a product could be created, as far as the given fields tell.
 * @returns the team that would own it, and the ids of its versions
 * @throws ApiError forbidden, invalid_request, taken
 */
export async function checkNewProduct({ actor }: Context, input: Partial<CreateProduct>) {
  const [team, versions] = await gather(
    () => chooseTeam(actor, "owner", input.team),
    () => chooseVersions(actor, input.versions ?? []),
    () => refuseTaken(input.slug),
  );
  return { team, versions };
}

async function refuseTaken(slug: string | undefined): Promise<void> {
  if (slug !== undefined && (await database().product.count({ where: { slug } })) > 0) {
    throw taken(`There is a product "${slug}" already.`, "/slug");
  }
}

/** @throws ApiError forbidden, invalid_request, taken */
export async function createProduct(
  context: Context,
  input: CreateProduct,
  { demo = false }: { readonly demo?: boolean } = {},
): Promise<Product> {
  const { team, versions } = await checkNewProduct(context, input);
  return change(context, async (transaction) => {
    const row = await transaction.product.create({
      data: {
        slug: input.slug,
        name: input.name,
        description: input.description ?? "",
        visibility: input.visibility ?? "public",
        teamId: team.id,
        demo,
        versions: { create: versions.map((apiVersionId) => ({ apiVersionId })) },
      },
      select: productSelection,
    });
    return {
      result: renderProduct(row, context.actor),
      audit: {
        action: "product.create",
        entityType: "product",
        entityId: row.slug,
        teamId: team.id,
        summary: `Created product ${row.name}`,
        details: { ...input },
      },
    };
  });
}

/** @throws ApiError not_found, forbidden, invalid_request */
export async function checkProductChange({ actor }: Context, slug: string, input: UpdateProduct) {
  const { id } = await findEditableProduct(actor, slug);
  return { id, versions: input.versions === undefined ? undefined : await chooseVersions(actor, input.versions) };
}

/** What it offers changes on the gateways with the next release. @throws ApiError not_found, forbidden, precondition_failed, invalid_request */
export async function updateProduct(
  context: Context,
  slug: string,
  input: UpdateProduct,
  ifMatch: string | undefined,
): Promise<Product> {
  refuseEmptyChange(input);
  const { id, versions } = await checkProductChange(context, slug, input);
  return change(context, async (transaction) => {
    await lockRow(transaction, "product", id);
    checkIfMatch(ifMatch, await findEditableProduct(context.actor, slug, transaction));
    if (versions !== undefined) {
      await transaction.productVersion.deleteMany({ where: { productId: id } });
      await transaction.productVersion.createMany({
        data: versions.map((apiVersionId) => ({ productId: id, apiVersionId })),
      });
    }
    const row = await transaction.product.update({
      where: { id },
      data: {
        name: input.name,
        description: input.description,
        visibility: input.visibility,
        changeCount: { increment: 1 },
      },
      select: productSelection,
    });
    return {
      result: renderProduct(row, context.actor),
      audit: {
        action: "product.update",
        entityType: "product",
        entityId: slug,
        teamId: row.teamId,
        summary: `Changed product ${row.name}`,
        details: { ...input },
      },
    };
  });
}

/** @throws ApiError not_found, forbidden, precondition_failed, in_use while subscriptions are open */
export async function removeProduct(context: Context, slug: string, ifMatch: string | undefined): Promise<void> {
  const { id } = await findEditableProduct(context.actor, slug);
  await change(context, async (transaction) => {
    await lockRow(transaction, "product", id);
    const product = await findEditableProduct(context.actor, slug, transaction);
    checkIfMatch(ifMatch, product);
    await lockPlans(transaction, { productId: id });
    await refuseSubscribed(transaction, { productId: id });
    await transaction.product.delete({ where: { id }, select: { id: true } });
    return {
      result: undefined,
      audit: {
        action: "product.remove",
        entityType: "product",
        entityId: slug,
        teamId: product.teamId,
        summary: `Removed product ${product.name}`,
      },
    };
  });
}

/** Whoever is about to subscribe to one of them has committed before, or finds it gone afterwards. */
export async function lockPlans(transaction: Transaction, where: Prisma.PlanWhereInput): Promise<void> {
  // Nobody adds one: the product's row is locked by whoever does.
  const plans = await transaction.plan.findMany({ where, orderBy: { id: "asc" }, select: { id: true } });
  for (const { id } of plans) {
    await lockRow(transaction, "plan", id);
  }
}

/** Somebody depends on an open subscription: it is closed first, on purpose. */
export async function refuseSubscribed(
  transaction: Transaction,
  plan: { readonly productId: number } | { readonly id: number },
): Promise<void> {
  const open = await transaction.subscription.findMany({
    where: { plan, state: { in: ["pending", "active", "paused"] } },
    select: { publicId: true, application: { select: { name: true } } },
    take: 50,
  });
  if (open.length > 0) {
    throw new ApiError(
      "in_use",
      "Applications are subscribed to it. Close their subscriptions first.",
      open.map(({ publicId, application }) => ({
        code: "in_use",
        message: `${application.name} is subscribed.`,
        place: `subscriptions/${publicId}`,
      })),
    );
  }
}

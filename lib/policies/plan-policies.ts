import "server-only";
import { compilePlanChain } from "@/gateway/compiler/compile-plans";
import type { Policies, PutPolicies } from "@/lib/api-schemas";
import { change } from "@/lib/change";
import { invalid } from "@/lib/errors";
import { lockRow } from "@/lib/lock-row";
import type { Context } from "@/lib/permissions";
import { findEditableProduct, findPlan, findProduct } from "@/lib/products/find-product";
import { asAttachedPolicy, asBodyProblems, checkPoliciesMatch, readPolicies, replaceAttachments } from "./attachments";

/** Policies that run for requests under a plan. @throws ApiError not_found */
export async function getPlanPolicies({ actor }: Context, product: string, plan: string): Promise<Policies> {
  const { id } = await findPlan(await findProduct(actor, product), plan);
  return readPolicies({ planId: id });
}

/** What the compiler would refuse. @throws ApiError not_found, forbidden, invalid_request */
export async function checkPlanPolicies(
  { actor }: Context,
  productSlug: string,
  planSlug: string,
  input: Partial<PutPolicies>,
) {
  const product = await findEditableProduct(actor, productSlug);
  const { id } = await findPlan(product, planSlug);
  const policies = (input.policies ?? []).map(asAttachedPolicy);
  const { problems } = compilePlanChain({ product: productSlug, plan: planSlug, policies });
  if (problems.length > 0) {
    throw invalid(asBodyProblems(problems, `products/${productSlug}/plans/${planSlug}`));
  }
  return { product, id };
}

/** Takes effect with the next release. @throws ApiError not_found, forbidden, invalid_request, precondition_failed */
export async function putPlanPolicies(
  context: Context,
  productSlug: string,
  planSlug: string,
  input: PutPolicies,
  ifMatch: string | undefined,
): Promise<Policies> {
  const { product, id } = await checkPlanPolicies(context, productSlug, planSlug, input);
  return change(context, async (transaction) => {
    await lockRow(transaction, "plan", id);
    checkPoliciesMatch(ifMatch, await readPolicies({ planId: id }, transaction));
    await replaceAttachments(transaction, { planId: id }, input.policies);
    return {
      result: await readPolicies({ planId: id }, transaction),
      audit: {
        action: "plan.policies",
        entityType: "product",
        entityId: productSlug,
        teamId: product.teamId,
        summary: `Changed the policies of plan ${planSlug} of ${product.name}`,
        details: { plan: planSlug, ...input },
      },
    };
  });
}

import "server-only";
import { compileSettings } from "@/gateway/compiler/compile-settings";
import type { Policies, PutPolicies } from "@/lib/api-schemas";
import { change } from "@/lib/change";
import { database } from "@/lib/database";
import { env } from "@/lib/env";
import { invalid, notFound } from "@/lib/errors";
import { lockRow } from "@/lib/lock-row";
import { canReadReleases, isAdmin, requirePermission, type Context } from "@/lib/permissions";
import { asAttachedPolicy, asBodyProblems, checkPoliciesMatch, readPolicies, replaceAttachments } from "./attachments";

/** Policies that run for every request of an environment. @throws ApiError not_found, forbidden */
export async function getEnvironmentPolicies({ actor }: Context, environment: string): Promise<Policies> {
  requirePermission(canReadReleases(actor), "Policies of an environment are for owners, ops and admins.");
  const { id } = await findEnvironment(environment);
  return readPolicies({ environmentId: id });
}

/** What the compiler would refuse. @throws ApiError not_found, forbidden, invalid_request */
export async function checkEnvironmentPolicies({ actor }: Context, environment: string, input: Partial<PutPolicies>) {
  requirePermission(isAdmin(actor), "Only admins may change the policies of an environment.");
  const found = await findEnvironment(environment);
  const policies = (input.policies ?? []).map(asAttachedPolicy);
  const { problems } = compileSettings({ environment, portalUrl: env().publicUrl, policies });
  if (problems.length > 0) {
    throw invalid(asBodyProblems(problems, `environments/${environment}`));
  }
  return found;
}

/** Takes effect with the next release. @throws ApiError not_found, forbidden, invalid_request, precondition_failed */
export async function putEnvironmentPolicies(
  context: Context,
  environment: string,
  input: PutPolicies,
  ifMatch: string | undefined,
): Promise<Policies> {
  const { id, name } = await checkEnvironmentPolicies(context, environment, input);
  return change(context, async (transaction) => {
    await lockRow(transaction, "environment", id);
    checkPoliciesMatch(ifMatch, await readPolicies({ environmentId: id }, transaction));
    await replaceAttachments(transaction, { environmentId: id }, input.policies);
    return {
      result: await readPolicies({ environmentId: id }, transaction),
      audit: {
        action: "environment.policies",
        entityType: "environment",
        entityId: environment,
        summary: `Changed the policies of ${name}`,
        details: { ...input },
      },
    };
  });
}

async function findEnvironment(slug: string) {
  const row = await database().environment.findUnique({ where: { slug }, select: { id: true, name: true } });
  if (row === null) {
    throw notFound("environment", slug);
  }
  return row;
}

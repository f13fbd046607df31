import "server-only";
import { compileOperationChain, shareDocument, type SharedDocument } from "@/gateway/compiler/compile-api-version";
import type { EffectivePolicy } from "@/gateway/compiler/compile-chain";
import { compilePlanChain } from "@/gateway/compiler/compile-plans";
import { compileSettings } from "@/gateway/compiler/compile-settings";
import { listPolicies } from "@/gateway/compiler/policy-catalogue";
import type { AttachedPolicy, OperationSnapshot } from "@/gateway/compiler/snapshot";
import type { EffectiveChain, PutVersionPolicies, VersionPolicies } from "@/lib/api-schemas";
import type { ProblemItem } from "@/lib/api-schemas/common";
import { findApi, findEditableApi, findVersion } from "@/lib/apis/find-api";
import { readNeededDocuments } from "@/lib/apis/read-needed-documents";
import { change } from "@/lib/change";
import { database, type Transaction } from "@/lib/database";
import { env } from "@/lib/env";
import { invalid, notFound } from "@/lib/errors";
import { lockRow } from "@/lib/lock-row";
import { canEditApisOf, canReadOperations, requirePermission, type Context } from "@/lib/permissions";
import {
  asAttachedPolicy,
  asBodyProblems,
  attachmentSelection,
  checkPoliciesMatch,
  policiesEtag,
  renderAttachment,
  replaceAttachments,
  toAttachedPolicy,
} from "./attachments";
import { getPlanPolicies } from "./plan-policies";

/** Policies of an API version and of its operations. @throws ApiError not_found, forbidden */
export async function getVersionPolicies(context: Context, slug: string, version: string): Promise<VersionPolicies> {
  return read((await findReadable(context, slug, version)).id);
}

/** What the compiler would refuse. @throws ApiError not_found, forbidden, invalid_request */
export async function checkVersionPolicies(
  { actor }: Context,
  slug: string,
  version: string,
  input: Partial<PutVersionPolicies>,
) {
  const api = await findEditableApi(actor, slug);
  const found = await findVersion(api, version);
  const operations = await readOperations(found.id);
  const shared = await readShared(found.id, [
    ...(input.policies ?? []),
    ...Object.values(input.operations ?? {}).flat(),
  ]);
  const problems = [
    ...findUnknownOperations(operations, input),
    ...findChainProblems({ api: slug, ...found }, operations, input, shared),
  ];
  if (problems.length > 0) {
    throw invalid(problems);
  }
  return { api, id: found.id, operations };
}

/** Takes effect with the next release. @throws ApiError not_found, forbidden, invalid_request, precondition_failed */
export async function putVersionPolicies(
  context: Context,
  slug: string,
  version: string,
  input: PutVersionPolicies,
  ifMatch: string | undefined,
): Promise<VersionPolicies> {
  const { api, id, operations } = await checkVersionPolicies(context, slug, version, input);
  return change(context, async (transaction) => {
    await lockRow(transaction, "api_version", id);
    checkPoliciesMatch(ifMatch, await read(id, transaction));
    await replaceAttachments(transaction, { apiVersionId: id }, input.policies);
    await transaction.policyAttachment.deleteMany({ where: { operation: { apiVersionId: id } } });
    for (const { id: operationId, key } of operations) {
      const policies = input.operations?.[key] ?? [];
      if (policies.length > 0) {
        await replaceAttachments(transaction, { operationId }, policies);
      }
    }
    return {
      result: await read(id, transaction),
      audit: {
        action: "version.policies",
        entityType: "api",
        entityId: slug,
        teamId: api.teamId,
        summary: `Changed the policies of ${api.name} ${version}`,
        details: { version, ...input },
      },
    };
  });
}

/**
 * What runs for a request to an operation, in order, and where each policy comes from. Policies of the caller's plan join in after
 * `subscription`; which plan that is, only the request knows, so whoever asks names one.
 * @throws ApiError not_found, forbidden
 */
export async function getEffectiveChain(
  context: Context,
  slug: string,
  version: string,
  query: { readonly operation: string; readonly environment: string; readonly plan?: string | undefined },
): Promise<EffectiveChain> {
  const found = await findReadable(context, slug, version);
  const operation = (await readOperations(found.id)).find(({ key }) => key === query.operation);
  if (operation === undefined) {
    throw notFound("operation", query.operation);
  }
  const attached = await read(found.id);
  const ofEnvironment = await database().policyAttachment.findMany({
    where: { environment: { slug: query.environment } },
    orderBy: { position: "asc" },
    select: attachmentSelection,
  });
  const titles = new Map(listPolicies().map(({ name, title }) => [name, title]));
  const settings = compileSettings({
    environment: query.environment,
    portalUrl: env().publicUrl,
    policies: ofEnvironment.map(toAttachedPolicy),
  });
  const own = attached.operations[operation.key] ?? [];
  const chain = compileOperationChain(
    { api: slug, version, basePath: found.basePath, policies: attached.policies },
    { ...operation, policies: own },
    await readShared(found.id, [...attached.policies, ...own]),
  );
  const ofPlan = query.plan === undefined ? [] : await readPlanChain(context, query.plan);
  const steps = [...settings.effective, ...chain.effective].flatMap((step) =>
    step.policy === "subscription" ? [step, ...ofPlan] : [step],
  );
  return {
    operation: operation.key,
    steps: steps.map(({ policy, config, from, takes }) => ({
      policy,
      title: titles.get(policy) ?? policy,
      config,
      takes: [...takes],
      from,
    })),
  };
}

/** @param name `product/plan` */
async function readPlanChain(context: Context, name: string): Promise<readonly EffectivePolicy[]> {
  const [product = "", plan = ""] = name.split("/");
  const { policies } = await getPlanPolicies(context, product, plan);
  return compilePlanChain({ product, plan, policies }).effective;
}

async function findReadable({ actor }: Context, slug: string, version: string) {
  const api = await findApi(actor, slug);
  requirePermission(
    canEditApisOf(actor, api.teamId) || canReadOperations(actor),
    "The policies of an API are for its owners, ops and admins.",
  );
  return findVersion(api, version);
}

function findUnknownOperations(
  operations: readonly OperationSnapshot[],
  input: Partial<PutVersionPolicies>,
): ProblemItem[] {
  const known = new Set(operations.map(({ key }) => key));
  return Object.keys(input.operations ?? {})
    .filter((key) => !known.has(key))
    .map((key) => ({
      code: "unknown_value",
      message: `The current revision has no operation "${key}".`,
      place: `/operations/${escapePointer(key)}`,
    }));
}

/** Said once, although what is wrong with the version's own policies shows in every operation. */
function findChainProblems(
  version: { readonly api: string; readonly version: string; readonly basePath: string },
  operations: readonly OperationSnapshot[],
  input: Partial<PutVersionPolicies>,
  shared: SharedDocument,
): ProblemItem[] {
  const policies = (input.policies ?? []).map(asAttachedPolicy);
  const prefix = `apis/${version.api}/versions/${version.version}`;
  const problems = new Map<string, ProblemItem>();
  for (const operation of operations) {
    const own: AttachedPolicy[] = (input.operations?.[operation.key] ?? []).map(asAttachedPolicy);
    const chain = compileOperationChain({ ...version, policies }, { ...operation, policies: own }, shared);
    const place = `/operations/${encodeURIComponent(`${operation.method} ${operation.path}`)}`;
    for (const problem of asBodyProblems(chain.problems, prefix)) {
      const item = problem.place.startsWith(place)
        ? {
            ...problem,
            place: `/operations/${escapePointer(operation.key)}${problem.place.slice(place.length).replace(/^\/policies/, "")}`,
          }
        : problem;
      problems.set(JSON.stringify(item), item);
    }
  }
  return [...problems.values()];
}

function escapePointer(token: string): string {
  return token.replaceAll("~", "~0").replaceAll("/", "~1");
}

/** With the current document, if one of the policies reads it. */
async function readShared(
  versionId: number,
  policies: readonly { readonly policy: string; readonly enabled?: boolean | undefined }[],
): Promise<SharedDocument> {
  const revision = await database().revision.findFirst({
    where: { apiVersionId: versionId, current: true },
    select: { id: true },
  });
  const needs = policies.map(({ policy, enabled = true }) => ({ policy, enabled }));
  const documents = await readNeededDocuments([{ versionId, revisionId: revision?.id, policies: needs }]);
  return shareDocument({ document: documents.get(versionId) });
}

async function readOperations(apiVersionId: number) {
  return database().operation.findMany({
    where: { apiVersionId, current: true },
    orderBy: { position: "asc" },
    select: { id: true, key: true, method: true, path: true },
  });
}

async function read(apiVersionId: number, db: Transaction = database()): Promise<VersionPolicies> {
  const rows = await db.policyAttachment.findMany({
    where: { OR: [{ apiVersionId }, { operation: { apiVersionId, current: true } }] },
    orderBy: [{ operation: { position: "asc" } }, { position: "asc" }],
    select: { ...attachmentSelection, operation: { select: { key: true } } },
  });
  const shown: Pick<VersionPolicies, "policies" | "operations"> = { policies: [], operations: {} };
  for (const row of rows) {
    if (row.operation === null) {
      shown.policies.push(renderAttachment(row));
    } else {
      (shown.operations[row.operation.key] ??= []).push(renderAttachment(row));
    }
  }
  return { ...shown, etag: policiesEtag(shown) };
}

import "server-only";
import { createHash } from "node:crypto";
import type { AttachedPolicy, CompileProblem } from "@/gateway/compiler/snapshot";
import type { AttachedPolicyInput, Policies, RenderedPolicy } from "@/lib/api-schemas";
import type { ProblemItem } from "@/lib/api-schemas/common";
import { database, type Transaction } from "@/lib/database";
import { ApiError } from "@/lib/errors";
import type { Prisma } from "@/prisma/client/client";

export const attachmentSelection = { policy: true, config: true, enabled: true, before: true, after: true } as const;

export type AttachmentRow = Prisma.PolicyAttachmentGetPayload<{ select: typeof attachmentSelection }>;

/** What policies are attached to: one of the four. */
export type AttachmentPlace =
  | { readonly environmentId: number }
  | { readonly apiVersionId: number }
  | { readonly operationId: number }
  | { readonly planId: number };

/** As the compiler takes it, with nothing that is said by leaving it out: the same attachment always compiles from the same data. */
export function toAttachedPolicy(row: AttachmentRow): AttachedPolicy {
  return {
    policy: row.policy,
    config: row.config as Record<string, unknown>,
    ...(!row.enabled && { enabled: false }),
    ...(row.before.length > 0 && { before: row.before }),
    ...(row.after.length > 0 && { after: row.after }),
  };
}

export function renderAttachment(row: AttachmentRow): RenderedPolicy {
  const { policy, config, enabled, before, after } = row;
  return { policy, config: config as Record<string, unknown>, enabled, before, after };
}

export function asAttachedPolicy({ config = {}, ...input }: AttachedPolicyInput): AttachedPolicy {
  return { ...input, config };
}

export async function readPolicies(place: AttachmentPlace, db: Transaction = database()): Promise<Policies> {
  const rows = await db.policyAttachment.findMany({
    where: place,
    orderBy: { position: "asc" },
    select: attachmentSelection,
  });
  const policies = rows.map(renderAttachment);
  return { policies, etag: policiesEtag({ policies }) };
}

export async function replaceAttachments(
  transaction: Transaction,
  place: AttachmentPlace,
  policies: readonly AttachedPolicyInput[],
): Promise<void> {
  await transaction.policyAttachment.deleteMany({ where: place });
  await transaction.policyAttachment.createMany({
    data: policies.map(({ policy, config, enabled, before, after }, position) => ({
      ...place,
      position,
      policy,
      config: (config ?? {}) as Prisma.InputJsonObject,
      enabled: enabled ?? true,
      before: before ?? [],
      after: after ?? [],
    })),
  });
}

/** Of a list as it is shown: two that look the same are the same. */
export function policiesEtag(shown: unknown): string {
  return `"${createHash("sha256").update(JSON.stringify(shown)).digest("hex").slice(0, 16)}"`;
}

/** @param etag of what is there @throws ApiError precondition_failed */
export function checkPoliciesMatch(ifMatch: string | undefined, { etag }: { readonly etag: string }): void {
  if (ifMatch !== undefined && ifMatch.trim() !== "*" && ifMatch.trim() !== etag) {
    throw new ApiError("precondition_failed");
  }
}

/** The compiler's problems as those of a body, whose policies stand at `prefix` of the compiler's places. */
export function asBodyProblems(problems: readonly CompileProblem[], prefix: string): ProblemItem[] {
  return problems.map(({ code, message, place }) => ({
    code,
    message,
    place: place.startsWith(prefix) ? place.slice(prefix.length) : place,
  }));
}

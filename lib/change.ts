import "server-only";
import type { Context } from "./permissions";
import { recordAudit, type AuditRecord } from "./audit/record-audit";
import { inTransaction, type Transaction } from "./database";
import { invalid } from "./errors";

/**
 * Every change of the control plane: one transaction that holds the change and its line in the audit log.
 * @param work returns the result and what to record; no record when nothing was changed after all
 */
export function change<Result>(
  context: Context,
  work: (transaction: Transaction) => Promise<{ readonly result: Result; readonly audit?: AuditRecord }>,
  options: { readonly timeoutMs?: number } = {},
): Promise<Result> {
  return inTransaction(async (transaction) => {
    const { result, audit } = await work(transaction);
    if (audit !== undefined) {
      await recordAudit(transaction, context, audit);
    }
    return result;
  }, options);
}

/** @throws ApiError invalid_request */
export function refuseEmptyChange(input: Readonly<Record<string, unknown>>): void {
  if (Object.values(input).every((value) => value === undefined)) {
    throw invalid([{ code: "required", message: "Give at least one field to change.", place: "" }]);
  }
}

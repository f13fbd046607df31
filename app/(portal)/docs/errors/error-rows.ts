import type { ErrorRow } from "@/components/docs/error-table";

type ErrorKinds = Readonly<Record<string, { status: number; title: string; detail: string; fault: string }>>;

/**
 * The rows of an error table, by status and then by code.
 * @param before a table that stands above on the same page: a code that is in both keeps its anchor there
 */
export function errorRows(errors: ErrorKinds, before: ErrorKinds = {}): ErrorRow[] {
  return Object.entries(errors)
    .map(([code, { status, title, detail, fault }]) => ({
      code,
      status,
      title,
      detail,
      fault,
      anchor: code in before ? `management-${code}` : code,
    }))
    .sort((left, right) => left.status - right.status || left.code.localeCompare(right.code));
}

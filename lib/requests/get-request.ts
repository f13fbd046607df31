import "server-only";
import type { LoggedRequest } from "@/lib/api-schemas";
import { Conditions } from "@/lib/conditions";
import { pool } from "@/lib/database";
import { notFound } from "@/lib/errors";
import type { Context } from "@/lib/permissions";
import { FROM_RECORDS, permissionCondition, REQUEST_COLUMNS, renderRequest, type RequestRow } from "./request-rows";

/**
 * A call by its id, as X-Request-Id and the problem document gave it. Ids that callers chose themselves may come twice: the newest.
 * @throws ApiError not_found, also for who may not see it
 */
export async function getRequest({ actor }: Context, requestId: string): Promise<LoggedRequest> {
  const conditions = new Conditions();
  conditions.add("record.request_id =", requestId);
  permissionCondition(conditions, actor);
  const { rows } = await pool().query<RequestRow>({
    text: `SELECT ${REQUEST_COLUMNS} ${FROM_RECORDS} WHERE ${conditions.text}
      ORDER BY record.time DESC, record.id DESC LIMIT 1`,
    values: conditions.values,
  });
  const row = rows[0];
  if (row === undefined) {
    throw notFound("request", requestId);
  }
  return renderRequest(row, actor);
}

import "server-only";
import { ERROR_OUTCOMES, OUTCOMES, REFUSED_OUTCOMES, type Outcome } from "@/gateway/contract/outcome";
import type { RequestKind, RequestPage, RequestQuery } from "@/lib/api-schemas";
import { Conditions } from "@/lib/conditions";
import { pool } from "@/lib/database";
import { ApiError, invalid } from "@/lib/errors";
import type { Context } from "@/lib/permissions";
import { FROM_RECORDS, permissionCondition, REQUEST_COLUMNS, renderRequest, type RequestRow } from "./request-rows";

const DAY_MS = 24 * 3600 * 1000;

/** Whatever the gateway itself said no to. */
const REFUSED: readonly Outcome[] = [...REFUSED_OUTCOMES, "unrouted", "malformed"];

/**
 * Calls that were written down, newest first: every one that was refused or failed, and a sample of the rest. Owners see those to their
 * APIs, members of a team those of its applications, ops and admins all.
 * @throws ApiError invalid_request, cursor_invalid
 */
export async function listRequests({ actor }: Context, query: RequestQuery): Promise<RequestPage> {
  const { from, to } = readRange(query);
  const conditions = new Conditions();
  conditions.add("record.time >=", from);
  conditions.add("record.time <", to);
  addFilters(conditions, query);
  permissionCondition(conditions, actor);
  addCursor(conditions, query.cursor);
  const { rows } = await pool().query<RequestRow>({
    text: `SELECT ${REQUEST_COLUMNS} ${FROM_RECORDS} WHERE ${conditions.text}
      ORDER BY record.time DESC, record.id DESC LIMIT ${query.limit + 1}`,
    values: conditions.values,
  });
  const shown = rows.slice(0, query.limit);
  const last = shown.at(-1);
  return {
    items: shown.map((row) => renderRequest(row, actor)),
    nextCursor: rows.length > query.limit && last !== undefined ? writeCursor(last) : null,
    dropped: await countDropped(from, to),
  };
}

async function countDropped(from: Date, to: Date): Promise<number> {
  const { rows } = await pool().query<{ dropped: string }>(
    `SELECT coalesce(sum(dropped), 0) AS dropped FROM request_log.applied_batch
     WHERE minute >= date_trunc('minute', $1::timestamptz) AND minute < $2`,
    [from, to],
  );
  return Number(rows[0]?.dropped ?? 0);
}

function addFilters(conditions: Conditions, query: RequestQuery): void {
  conditions.addFilters([
    ["record.request_id", query.requestId],
    ["record.outcome", query.outcome],
    ["record.code", query.code],
    ["environment.slug", query.environment],
    ["gateway.slug", query.gateway],
    ["operation.key", query.operation],
    ["api_version.version", query.version],
  ]);
  if (query.kind !== undefined) {
    conditions.addList("record.outcome", outcomesOf(query.kind));
  }
  // By the record's own columns, which have an index, instead of by the joined ones.
  if (query.api !== undefined) {
    const slug = conditions.value(query.api);
    conditions.addText(
      `record.api_version IN (SELECT v.id FROM api_version v JOIN api a ON a.id = v.api_id WHERE a.slug = ${slug})`,
    );
  }
  if (query.application !== undefined) {
    const id = conditions.value(query.application);
    conditions.addText(`record.application = (SELECT a.id FROM application a WHERE a.public_id = ${id})`);
  }
}

function outcomesOf(kind: RequestKind): readonly Outcome[] {
  switch (kind) {
    case "refused":
      return REFUSED;
    case "failed":
      return ERROR_OUTCOMES;
    case "other":
      return OUTCOMES.filter((outcome) => !REFUSED.includes(outcome) && !ERROR_OUTCOMES.includes(outcome));
  }
}

function readRange(query: RequestQuery): { from: Date; to: Date } {
  const to = query.to === undefined ? new Date() : new Date(query.to);
  const from = query.from === undefined ? new Date(to.getTime() - DAY_MS) : new Date(query.from);
  if (from >= to) {
    throw invalid([{ code: "range_empty", message: "`from` must lie before `to`.", place: "query:from" }]);
  }
  return { from, to };
}

function addCursor(conditions: Conditions, cursor: string | undefined): void {
  if (cursor === undefined) {
    return;
  }
  const text = Buffer.from(cursor, "base64url").toString("utf8");
  const [, milliseconds, id] = /^before:(\d{1,15}):(\d{1,18})$/.exec(text) ?? [];
  if (milliseconds === undefined || id === undefined) {
    throw new ApiError("cursor_invalid");
  }
  const time = conditions.value(new Date(Number(milliseconds)));
  conditions.addText(`(record.time, record.id) < (${time}, ${conditions.value(id)}::bigint)`);
}

function writeCursor({ time, id }: RequestRow): string {
  return Buffer.from(`before:${time.getTime()}:${id}`, "utf8").toString("base64url");
}

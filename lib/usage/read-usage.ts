import "server-only";
import { percentileMs } from "@/gateway/contract/histogram";
import { ERROR_OUTCOMES, REFUSED_OUTCOMES, type Outcome } from "@/gateway/contract/outcome";
import type { Usage, UsageDimension, UsageQuery, UsageRow } from "@/lib/api-schemas";
import { Conditions } from "@/lib/conditions";
import { pool } from "@/lib/database";
import { invalid } from "@/lib/errors";
import { canReadOperations, teamsWithRole, type Actor, type Context } from "@/lib/permissions";
import { coverRange } from "./cover-range";
import { KEEP_HOURS_DAYS, KEEP_MINUTES_DAYS } from "./maintain-usage";

const MAX_ROWS = 10_000;
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * 3600 * 1000;

/**
 * What was measured. Every query names a time range. Owners of APIs see calls of their APIs, members of a team those of its
 * applications, ops and admins everything.
 * @throws ApiError invalid_request
 */
export async function readUsage({ actor }: Context, query: UsageQuery): Promise<Usage> {
  const { from, to } = readRange(query);
  const conditions = new Conditions();
  addFilters(conditions, query);
  addPermission(conditions, actor);
  const columns = [
    ...(query.interval === undefined
      ? []
      : [{ name: "time", expression: `date_trunc('${query.interval}', cell.time, 'UTC')` }]),
    ...new Set(query.groupBy.flatMap((dimension) => DIMENSION_COLUMNS[dimension])),
  ];
  const grouping = columns.length === 0 ? "" : `GROUP BY ${columns.map(({ expression }) => expression).join(", ")}`;
  const refused = conditions.value(REFUSED_OUTCOMES);
  const failed = conditions.value(ERROR_OUTCOMES);
  const text = `
    SELECT ${columns.map(({ name, expression }) => `${expression} AS "${name}",`).join(" ")}
      coalesce(sum(cell.requests), 0)::float8 AS requests,
      coalesce(sum(cell.requests) FILTER (WHERE cell.outcome = ANY (${failed})), 0)::float8 AS errors,
      coalesce(sum(cell.requests) FILTER (WHERE cell.outcome = ANY (${refused})), 0)::float8 AS refused,
      coalesce(sum(cell.bytes_in), 0)::float8 AS "bytesIn",
      coalesce(sum(cell.bytes_out), 0)::float8 AS "bytesOut",
      usage.histogram_sum(cell.latency)::float8[] AS latency,
      usage.histogram_sum(cell.upstream_latency)::float8[] AS "upstreamLatency"
    FROM (${cells(from, to, query, conditions)}) AS cell
    LEFT JOIN operation ON operation.id = cell.operation
    LEFT JOIN api_version ON api_version.id = operation.api_version_id
    LEFT JOIN api ON api.id = api_version.api_id
    LEFT JOIN application ON application.id = cell.application
    LEFT JOIN plan ON plan.id = cell.plan
    LEFT JOIN product ON product.id = plan.product_id
    LEFT JOIN gateway ON gateway.id = cell.gateway
    LEFT JOIN environment ON environment.id = gateway.environment_id
    ${conditions.text === "" ? "" : `WHERE ${conditions.text}`}
    ${grouping}
    ORDER BY ${query.interval === undefined ? "" : `"time", `}requests DESC
    LIMIT ${MAX_ROWS + 1}`;
  const { rows } = await pool().query<MeasuredRow>({ text, values: conditions.values });
  // Without grouping SQL answers with one row of zeros for nothing; with it, with no row.
  return {
    from: from.toISOString(),
    to: to.toISOString(),
    interval: query.interval ?? null,
    groupBy: query.groupBy,
    rows: rows.slice(0, MAX_ROWS).map(renderRow),
    truncated: rows.length > MAX_ROWS,
  };
}

interface Column {
  readonly name: string;
  readonly expression: string;
}

const API: Column = { name: "api", expression: "api.slug" };
const VERSION: Column = { name: "version", expression: "api_version.version" };

/** What identifies a group, and what people call it. */
const DIMENSION_COLUMNS: Readonly<Record<UsageDimension, readonly Column[]>> = {
  api: [API],
  version: [API, VERSION],
  operation: [
    API,
    VERSION,
    { name: "operation", expression: "operation.key" },
    { name: "method", expression: "operation.method" },
    { name: "path", expression: "operation.path" },
  ],
  application: [
    { name: "application", expression: "application.public_id" },
    { name: "applicationName", expression: "application.name" },
  ],
  plan: [
    { name: "product", expression: "product.slug" },
    { name: "plan", expression: "plan.slug" },
  ],
  outcome: [{ name: "outcome", expression: "cell.outcome" }],
};

interface MeasuredRow extends Omit<UsageRow, "time" | "p50Ms" | "p95Ms" | "p99Ms" | "upstreamP95Ms"> {
  readonly time?: Date;
  readonly latency: number[];
  readonly upstreamLatency: number[];
}

function renderRow({ time, latency, upstreamLatency, outcome, ...row }: MeasuredRow): UsageRow {
  return {
    ...(time === undefined ? {} : { time: time.toISOString() }),
    ...row,
    ...(outcome === undefined ? {} : { outcome: outcome satisfies Outcome }),
    p50Ms: percentile(latency, 0.5),
    p95Ms: percentile(latency, 0.95),
    p99Ms: percentile(latency, 0.99),
    upstreamP95Ms: percentile(upstreamLatency, 0.95),
  };
}

function percentile(counts: readonly number[], share: number): number | null {
  const value = percentileMs(counts, share);
  return value === undefined ? null : Math.round(value * 1000) / 1000;
}

function cells(from: Date, to: Date, query: UsageQuery, conditions: Conditions): string {
  const parts = coverRange(from, to, coarsestTable(from, query)).map(
    (segment) =>
      `SELECT * FROM usage.${segment.table} WHERE time >= ${conditions.value(segment.from)} AND time < ${conditions.value(segment.to)}`,
  );
  return parts.join(" UNION ALL ");
}

function coarsestTable(from: Date, query: UsageQuery): "minute" | "hour" | "day" {
  const resolution = resolutionMs(from.getTime(), Date.now());
  if (query.interval === "minute" && resolution > MINUTE_MS) {
    const message = `Minutes are kept for ${KEEP_MINUTES_DAYS} days. Ask for hours or days.`;
    throw invalid([{ code: "too_old", message, place: "query:interval" }]);
  }
  return query.interval ?? "day";
}

function addFilters(conditions: Conditions, query: UsageQuery): void {
  conditions.addFilters([
    ["environment.slug", query.environment],
    ["gateway.slug", query.gateway],
    ["api.slug", query.api],
    ["api_version.version", query.version],
    ["operation.key", query.operation],
    ["application.public_id", query.application],
    ["product.slug", query.product],
    ["plan.slug", query.plan],
    ["cell.outcome", query.outcome],
  ]);
}

function addPermission(conditions: Conditions, actor: Actor): void {
  if (canReadOperations(actor)) {
    return;
  }
  const owned = conditions.value(teamsWithRole(actor, "owner"));
  const consuming = conditions.value(teamsWithRole(actor, "consumer"));
  conditions.addText(`(api.team_id = ANY (${owned}::int[]) OR application.team_id = ANY (${consuming}::int[]))`);
}

function readRange(query: UsageQuery): { from: Date; to: Date } {
  const now = Date.now();
  const wantedTo = timeOf(query.to, now);
  const to = Math.ceil(wantedTo / resolutionMs(wantedTo, now)) * resolutionMs(wantedTo, now);
  const wantedFrom = timeOf(query.from, to - DAY_MS);
  const from = Math.floor(wantedFrom / resolutionMs(wantedFrom, now)) * resolutionMs(wantedFrom, now);
  if (from >= to) {
    throw invalid([{ code: "range_empty", message: "`from` must lie before `to`.", place: "query:from" }]);
  }
  if (query.interval === "minute" && to - from > 7 * DAY_MS) {
    const message = "Ask for at most 7 days in minutes; for more, ask for hours or days.";
    throw invalid([{ code: "range_too_long", message, place: "query:interval" }]);
  }
  return { from: new Date(from), to: new Date(to) };
}

/** The finest there still is of a moment. A day of room: partitions are dropped whole, and not by the minute. */
function resolutionMs(moment: number, now: number): number {
  if (now - moment < (KEEP_MINUTES_DAYS - 1) * DAY_MS) {
    return MINUTE_MS;
  }
  return now - moment < (KEEP_HOURS_DAYS - 31) * DAY_MS ? HOUR_MS : DAY_MS;
}

function timeOf(text: string | undefined, otherwise: number): number {
  return text === undefined ? otherwise : new Date(text).getTime();
}

import "server-only";
import type { RequestRecord } from "@/gateway/contract/request-log";
import type { LoggedRequest } from "@/lib/api-schemas";
import type { Conditions } from "@/lib/conditions";
import { canEditApisOf, canReadApplicationsOf, canReadOperations, teamsWithRole, type Actor } from "@/lib/permissions";
import { explainRequest } from "./explain-request";

/** A record with the names of what it tells of, as far as they are still there. */
export interface RequestRow {
  readonly time: Date;
  readonly id: string;
  readonly record: RequestRecord;
  readonly environment: string | null;
  readonly gateway: string | null;
  readonly nodeId: string | null;
  readonly nodeName: string | null;
  readonly api: string | null;
  readonly apiName: string | null;
  readonly apiTeam: number | null;
  readonly version: string | null;
  readonly operation: string | null;
  readonly operationPath: string | null;
  readonly applicationId: string | null;
  readonly applicationName: string | null;
  readonly applicationTeam: number | null;
  readonly credentialId: string | null;
  readonly credentialName: string | null;
  readonly credentialPrefix: string | null;
  readonly product: string | null;
  readonly plan: string | null;
  readonly planName: string | null;
}

export const REQUEST_COLUMNS = `
  record.time, record.id, record.record,
  environment.slug AS environment, gateway.slug AS gateway, node.public_id AS "nodeId", node.name AS "nodeName",
  api.slug AS api, api.name AS "apiName", api.team_id AS "apiTeam", api_version.version,
  operation.key AS operation, operation.path AS "operationPath",
  application.public_id AS "applicationId", application.name AS "applicationName", application.team_id AS "applicationTeam",
  credential.public_id AS "credentialId", credential.name AS "credentialName", credential.prefix AS "credentialPrefix",
  product.slug AS product, plan.slug AS plan, plan.name AS "planName"`;

export const FROM_RECORDS = `
  FROM request_log.record AS record
  LEFT JOIN node ON node.id = record.node
  LEFT JOIN gateway ON gateway.id = record.gateway
  LEFT JOIN environment ON environment.id = gateway.environment_id
  LEFT JOIN api_version ON api_version.id = record.api_version
  LEFT JOIN api ON api.id = api_version.api_id
  LEFT JOIN operation ON operation.id = record.operation
  LEFT JOIN application ON application.id = record.application
  LEFT JOIN credential ON credential.id = (record.record->>'credential')::int
  LEFT JOIN plan ON plan.id = (record.record->>'plan')::int
  LEFT JOIN product ON product.id = plan.product_id`;

/** Of calls that reached no API and came from no application, only ops and admins hear. */
export function permissionCondition(conditions: Conditions, actor: Actor): void {
  if (canReadOperations(actor)) {
    return;
  }
  const owned = conditions.value(teamsWithRole(actor, "owner"));
  const consuming = conditions.value(teamsWithRole(actor, "consumer"));
  conditions.addText(`(
    record.api_version IN (
      SELECT v.id FROM api_version v JOIN api a ON a.id = v.api_id WHERE a.team_id = ANY (${owned}::int[])
    )
    OR record.application IN (SELECT a.id FROM application a WHERE a.team_id = ANY (${consuming}::int[]))
  )`);
}

/** Each side sees its own: where a call went is the owner's business, which key it came with the consumer's. */
export function renderRequest(row: RequestRow, actor: Actor): LoggedRequest {
  const ownsApi = canReadOperations(actor) || (row.apiTeam !== null && canEditApisOf(actor, row.apiTeam));
  const record = ownsApi ? row.record : withoutShadow(row.record);
  const ownsApplication = row.applicationTeam !== null && canReadApplicationsOf(actor, row.applicationTeam);
  return {
    requestId: record.requestId,
    at: row.time.toISOString(),
    explanation: explainRequest(record),
    environment: row.environment,
    gateway: row.gateway,
    node: ownsApi && row.nodeId !== null ? { id: row.nodeId, name: row.nodeName ?? "" } : null,
    release: record.release === 0 ? null : record.release,
    method: record.method,
    path: record.path,
    api: row.api,
    apiName: row.apiName,
    version: row.version,
    operation: row.operation,
    operationPath: row.operationPath,
    application: row.applicationId === null ? null : { id: row.applicationId, name: row.applicationName ?? "" },
    credential:
      ownsApplication && row.credentialId !== null
        ? { id: row.credentialId, name: row.credentialName ?? "", prefix: row.credentialPrefix ?? "" }
        : null,
    product: row.product,
    plan: row.plan,
    planName: row.planName,
    status: record.status,
    outcome: record.outcome,
    code: record.code ?? null,
    policy: record.policy ?? null,
    detail: record.detail ?? null,
    retryAfterSeconds: record.retryAfterSeconds ?? null,
    limits: record.limits ?? [],
    errors: record.errors ?? [],
    isShadowed: record.isShadowed ?? false,
    isFromCache: record.isFromCache ?? false,
    upstream: renderUpstream(record, ownsApi),
    latencyMs: record.latencyMs,
    bytesIn: record.bytesIn,
    bytesOut: record.bytesOut,
    address: record.address === "" ? null : record.address,
  };
}

/** What an owner tries out in shadow is not told to callers. */
function withoutShadow(record: RequestRow["record"]): RequestRow["record"] {
  const { isShadowed, limits, ...rest } = record;
  return isShadowed === true ? rest : { ...rest, ...(limits !== undefined && { limits }) };
}

function renderUpstream(record: RequestRecord, ownsApi: boolean): LoggedRequest["upstream"] {
  if (record.tries === undefined) {
    return null;
  }
  return {
    target: ownsApi ? (record.target ?? null) : null,
    address: ownsApi ? (record.upstreamAddress ?? null) : null,
    status: record.upstreamStatus ?? null,
    tries: record.tries,
    latencyMs: record.upstreamMs ?? null,
  };
}

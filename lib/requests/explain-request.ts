import { GATEWAY_ERRORS, type GatewayError } from "@/gateway/contract/errors";
import type { LoggedLimit, RequestRecord } from "@/gateway/contract/request-log";

const UNITS = [
  [86_400, "day"],
  [3_600, "hour"],
  [60, "minute"],
  [1, "second"],
] as const;
const SCOPES = {
  subscription: "for each subscription",
  application: "for each application",
  operation: "for each operation",
  address: "for each address",
  header: "for each value of a header field",
  claim: "for each value of a claim",
} as const satisfies Record<LoggedLimit["scope"], string>;

/** What became of a call and why, in plain words: one or a few sentences. */
export function explainRequest(record: RequestRecord): string {
  const problem = record.code === undefined ? undefined : errorOf(record.code);
  if (record.code !== undefined) {
    return explainRefusal(record, problem);
  }
  const fromUpstream = record.tries === undefined || record.tries === 0 ? undefined : record.upstreamStatus;
  switch (record.outcome) {
    case "upstream_error":
      return record.status >= 500
        ? `The upstream answered ${record.status}.${explainTries(record)}`
        : `The upstream broke off its answer, which had begun with ${record.status}.${explainTries(record)}`;
    case "client_error":
      return `The upstream answered ${record.status}: it takes the call for wrong.`;
    case "client_closed":
      return "The caller went away before the end of the answer.";
    default:
      break;
  }
  if (record.isFromCache === true) {
    return `Answered with ${record.status} from the cache; no upstream was asked.`;
  }
  const answer =
    fromUpstream === undefined
      ? `Answered with ${record.status} by the gateway itself${record.policy === undefined ? "" : ` (${record.policy})`}.`
      : `Answered with ${record.status} by the upstream.${explainTries(record)}`;
  return record.isShadowed === true ? `${answer} ${explainShadow(record.limits ?? [])}` : answer;
}

/** A record may be of an older node, which does not say which. */
function explainShadow(limits: readonly LoggedLimit[]): string {
  const which = limits.map(explainLimit).join(". ");
  return `A limit in mode shadow would have refused it${which === "" ? "" : `: ${which}`}.`;
}

/** "“burst” allows 100 calls per minute for each subscription; 100 were used" */
export function explainLimit(limit: LoggedLimit): string {
  if (limit.algorithm === "spike-arrest") {
    return `“${limit.name}” allows one call every ${spacing(limit)} ${SCOPES[limit.scope]}; this one came earlier`;
  }
  const amount = limit.unit === "bytes" ? `${number(limit.quota)} bytes` : calls(limit.quota);
  const used = Math.ceil(limit.used);
  const verb = limit.unit === "bytes" ? "used" : "counted";
  return `“${limit.name}” allows ${amount} ${windowOf(limit)} ${SCOPES[limit.scope]}; ${number(used)} ${used === 1 ? "was" : "were"} ${verb}`;
}

function explainRefusal(record: RequestRecord, problem: GatewayError | undefined): string {
  if (record.isShadowed !== true && record.limits !== undefined && record.limits.length > 0) {
    const limits = record.limits.map(explainLimit).join(". ");
    const retry =
      record.retryAfterSeconds === undefined ? "" : ` Another call fits after ${seconds(record.retryAfterSeconds)}.`;
    return `Refused by ${record.policy ?? "rate-limit"}: ${limits}.${retry}`;
  }
  const detail = record.detail ?? problem?.detail ?? record.code ?? "";
  const isFailure = problem?.fault === "upstream" || problem?.fault === "gateway";
  if (isFailure) {
    return `${detail}${explainTries(record)}`;
  }
  return record.policy === undefined ? `Refused: ${detail}` : `Refused by ${record.policy}: ${detail}`;
}

function explainTries({ tries = 0, upstreamStatus }: RequestRecord): string {
  return tries > 1 ? ` It was tried ${tries} times${upstreamStatus === undefined ? "" : ` (${upstreamStatus})`}.` : "";
}

function errorOf(code: string): GatewayError | undefined {
  return (GATEWAY_ERRORS as Readonly<Record<string, GatewayError>>)[code];
}

function windowOf({ algorithm, period, windowSeconds }: LoggedLimit): string {
  if (algorithm === "concurrency") {
    return "at once";
  }
  if (period !== undefined) {
    return `per calendar ${period}`;
  }
  const unit = UNITS.find(([length]) => windowSeconds === length);
  return unit === undefined ? `per ${seconds(windowSeconds)}` : `per ${unit[1]}`;
}

/** What counts is the distance to the call before, not how many there were. */
function spacing({ quota, windowSeconds }: LoggedLimit): string {
  const apart = windowSeconds / quota;
  return apart < 1 ? `${number(Math.round(apart * 1_000))} ms` : seconds(Math.round(apart * 10) / 10);
}

function seconds(value: number): string {
  if (value >= 7_200) {
    return `${number(Math.ceil(value / 3_600))} hours`;
  }
  if (value >= 120) {
    return `${number(Math.ceil(value / 60))} minutes`;
  }
  return value === 1 ? "1 second" : `${value} seconds`;
}

function calls(count: number): string {
  return count === 1 ? "1 call" : `${number(count)} calls`;
}

function number(value: number): string {
  return value.toLocaleString("en-GB");
}

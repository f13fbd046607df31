import type { Limit, OperationLimit } from "../../contract/bundle-types";
import { CALL_LOG_ENTRIES } from "../../policies/rate-limit/counter";
import {
  BUCKET,
  CALENDAR,
  CALL_LOG,
  CONCURRENCY,
  LONGEST_WAIT_SECONDS,
  WINDOW,
  type Rule,
} from "../../policies/rate-limit/rule";
import type { OwnQuota, RuntimePlan, ZoneTables } from "../../policies/types";

/** What a plan is made from. */
export type PlanSource = Pick<RuntimePlan, "id" | "limits" | "zones" | "chain">;

const UTC: readonly number[] = [0, 0];

/** Makes of a plan's limits what a request needs of them, once per release. In the Lua dialect, also run on Node. */
export function linkPlan(source: PlanSource): RuntimePlan {
  const byOperation: Record<number, RuntimePlan> = {};
  let differ = false;
  for (const limit of source.limits) {
    for (const { operation } of limit.operations ?? []) {
      differ = true;
      byOperation[operation] ??= linkFor(source, operation, undefined);
    }
  }
  return linkFor(source, 0, differ ? byOperation : undefined);
}

/** The plan of a subscription that has quotas of its own. The counters stay the same: only what they are held against differs. */
export function withOwnQuotas(plan: RuntimePlan, quotas: readonly OwnQuota[]): RuntimePlan {
  const limits: Limit[] = [];
  for (const limit of plan.limits) {
    limits.push(withOwnQuota(limit, quotas));
  }
  return linkPlan({ id: plan.id, limits, zones: plan.zones, chain: plan.chain });
}

function withOwnQuota(limit: Limit, quotas: readonly OwnQuota[]): Limit {
  for (const own of quotas) {
    if (own.limit === limit.id) {
      return { ...limit, quota: own.quota };
    }
  }
  return limit;
}

/** @param operation 0 for every operation that has nothing of its own */
function linkFor(
  { id, limits, zones, chain }: PlanSource,
  operation: number,
  byOperation: Record<number, RuntimePlan> | undefined,
): RuntimePlan {
  const rules: Rule[] = [];
  const items: string[] = [];
  for (const limit of limits) {
    const rule = linkRule(limit, findOwn(limit, operation), zones);
    rules.push(rule);
    if (!rule.isShadow) {
      items.push(policyItem(rule));
    }
  }
  const rateLimitPolicy = items.join(", ");
  const first = limits[0];
  const isAlone = limits.length === 1 && byOperation === undefined && operation === 0;
  return {
    id,
    only: isAlone && first !== undefined && isPlainWindow(first) ? first : undefined,
    rules,
    byOperation,
    rateLimitPolicy,
    rateLimitFields: `\r\nRateLimit-Policy: ${rateLimitPolicy}\r\nRateLimit: `,
    limits,
    zones,
    chain,
  };
}

function findOwn(limit: Limit, operation: number): OperationLimit | undefined {
  for (const own of limit.operations ?? []) {
    if (own.operation === operation) {
      return own;
    }
  }
  return undefined;
}

function isPlainWindow(limit: Limit): boolean {
  const isWindow = limit.algorithm === "fixed-window" || limit.algorithm === "sliding-window";
  const isUsual = limit.unit === undefined && limit.mode === undefined && limit.counts === undefined;
  return isWindow && isUsual && limit.scope !== "header" && limit.scope !== "claim";
}

function linkRule(limit: Limit, own: OperationLimit | undefined, zones: ZoneTables | undefined): Rule {
  const kind = kindOf(limit);
  const quota = quotaOf(kind, own === undefined ? limit.quota : (own.quota ?? limit.quota));
  const cost = own === undefined ? 1 : (own.cost ?? 1);
  const isBytes = limit.unit === "bytes";
  return {
    ...limit,
    kind,
    quota,
    // Of bytes nobody knows yet how many there will be: there must be room for one.
    cost: isBytes ? 1 : cost,
    charge: isBytes ? 0 : cost,
    ownOperation: own === undefined || own.quota === undefined ? 0 : own.operation,
    isSettled: kind === CONCURRENCY || isBytes || limit.counts === "successful",
    isShadow: limit.mode === "shadow",
    countsRefused: limit.counts === "all",
    size: sizeOf(limit, quota),
    drainPerSecond: limit.windowSeconds === 0 ? 0 : quota / limit.windowSeconds,
    windowStart: 0,
    windowEnd: 0,
    zone: zoneOf(limit, zones),
  };
}

/**
 * The control plane refuses quotas that a log cannot hold. One that has come all the same, from an older release or with a subscription whose limit
 * has become a log since, is cut to what is remembered: against more the count would never come up, and everybody would be let through.
 */
function quotaOf(kind: number, quota: number): number {
  return kind === CALL_LOG && quota > CALL_LOG_ENTRIES ? CALL_LOG_ENTRIES : quota;
}

/** Of a bucket. A queue whose last would wait too long, which the control plane refuses too, takes fewer. */
function sizeOf(limit: Limit, quota: number): number {
  if (limit.algorithm === "spike-arrest") {
    return 0;
  }
  const size = limit.burst ?? quota;
  return limit.algorithm === "leaky-bucket"
    ? Math.min(size, (LONGEST_WAIT_SECONDS * quota) / limit.windowSeconds)
    : size;
}

function kindOf(limit: Limit): number {
  if (limit.algorithm === "fixed-window" || limit.algorithm === "sliding-window") {
    return WINDOW;
  }
  if (limit.algorithm === "calendar") {
    return CALENDAR;
  }
  if (limit.algorithm === "sliding-log") {
    return CALL_LOG;
  }
  return limit.algorithm === "concurrency" ? CONCURRENCY : BUCKET;
}

function zoneOf(limit: Limit, zones: ZoneTables | undefined): readonly number[] {
  const known = limit.calendar === undefined || zones === undefined ? undefined : zones[limit.calendar.zone];
  return known ?? UTC;
}

/** One item of the RateLimit-Policy field (draft-ietf-httpapi-ratelimit-headers). */
function policyItem(rule: Rule): string {
  if (rule.kind === CONCURRENCY) {
    return `"${rule.name}";q=${rule.quota};qu="concurrent-requests"`;
  }
  const item = `"${rule.name}";q=${rule.quota};w=${rule.windowSeconds}`;
  return rule.unit === "bytes" ? `${item};qu="content-bytes"` : item;
}

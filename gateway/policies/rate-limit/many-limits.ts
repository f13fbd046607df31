import type { Decision } from "../../contract/decision";
import type { PolicyHost, PolicyRequest, ViolatedLimit } from "../types";
import { charge, check, fieldOf, fill, newClaim, take, type Claim } from "./claim";
import { blame, joinFields, namesOf, refuses } from "./few-limits";
import type { Rule } from "./rule";
import { noteSettlement } from "./settle";
import { noteShadowed } from "./shadow";

/** Any number of limits, in loops. All are checked, then all are charged, as in few-limits.ts. */
export function runMany(rules: readonly Rule[], request: PolicyRequest, host: PolicyHost): Decision | undefined {
  const claims: Claim[] = [];
  const stripes: number[] = [];
  for (const rule of rules) {
    const claim = fill(newClaim(), rule, request, host);
    claims.push(claim);
    insertStripe(stripes, claim.stripe);
  }
  for (const stripe of stripes) {
    host.lock(stripe);
  }
  const decision = decide(claims, request, host);
  for (const stripe of stripes) {
    host.unlock(stripe);
  }
  if (decision === undefined) {
    settleLater(claims, request, host);
  }
  return decision;
}

function decide(claims: readonly Claim[], request: PolicyRequest, host: PolicyHost): Decision | undefined {
  for (const claim of claims) {
    if (!take(claim, host)) {
      return { kind: "refuse", code: "limit_state_exhausted" };
    }
  }
  const now = host.nowSeconds();
  let isRefused = false;
  for (const claim of claims) {
    check(claim, now, host);
    isRefused = isRefused || refuses(claim);
  }
  if (isRefused) {
    return refuse(claims, request);
  }
  for (const claim of claims) {
    charge(claim, host);
  }
  request.rateLimit = fieldsOf(claims);
  return undefined;
}

function refuse(claims: readonly Claim[], request: PolicyRequest): Decision {
  const violated: ViolatedLimit[] = [];
  let wait = 0;
  for (const claim of claims) {
    wait = Math.max(wait, blame(claim, violated));
  }
  request.rateLimit = fieldsOf(claims);
  request.violatedLimits = violated;
  return { kind: "refuse", code: "rate_limit_exceeded", retryAfterSeconds: wait, violatedPolicies: namesOf(violated) };
}

function fieldsOf(claims: readonly Claim[]): string {
  let fields = "";
  for (const claim of claims) {
    fields = joinFields(fields, fieldOf(claim));
  }
  return fields;
}

function settleLater(claims: readonly Claim[], request: PolicyRequest, host: PolicyHost): void {
  const shadowed: ViolatedLimit[] = [];
  let delay = 0;
  for (const claim of claims) {
    noteShadowed(claim, shadowed, host);
    noteSettlement(claim, request);
    delay = Math.max(delay, claim.delaySeconds);
  }
  if (shadowed.length > 0) {
    request.isShadowed = true;
    request.violatedLimits = shadowed;
  }
  if (delay > 0) {
    host.sleep(delay);
  }
}

/** By hand: `sort` needs a closure per call, which LuaJIT does not compile. There are as many stripes as a plan has limits, so a few. */
function insertStripe(stripes: number[], stripe: number): void {
  let place = 0;
  for (const other of stripes) {
    if (other === stripe) {
      return;
    }
    if (other < stripe) {
      place += 1;
    }
  }
  for (let index = stripes.length; index > place; index -= 1) {
    stripes[index] = stripes[index - 1] ?? stripe;
  }
  stripes[place] = stripe;
}

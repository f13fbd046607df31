import type { Tone } from "@/components/ui/badge";
import { ERROR_OUTCOMES, type Outcome } from "@/gateway/contract/outcome";

const OUTCOME_WORDS: Readonly<Record<Outcome, string>> = {
  success: "Success",
  client_error: "Caller’s mistake (4xx of the upstream)",
  upstream_error: "Upstream failed (5xx)",
  upstream_unreachable: "Upstream unreachable",
  unauthenticated: "Refused: no valid key",
  forbidden: "Refused: no subscription",
  rate_limited: "Refused: over a limit",
  unrouted: "No such operation",
  malformed: "Malformed request",
  gateway_error: "Gateway failed",
  client_closed: "Caller hung up",
  interrupted: "Gateway process killed",
};

/** One or two words, where a status stands beside them. */
const OUTCOME_NAMES: Readonly<Record<Outcome, string>> = {
  success: "Answered",
  client_error: "Caller’s mistake",
  upstream_error: "Upstream failed",
  upstream_unreachable: "Unreachable",
  unauthenticated: "No valid key",
  forbidden: "Not allowed",
  rate_limited: "Over a limit",
  unrouted: "No operation",
  malformed: "Malformed",
  gateway_error: "Gateway failed",
  client_closed: "Hung up",
  interrupted: "Interrupted",
};

export function outcomeInWords(outcome: string): string {
  return (OUTCOME_WORDS as Readonly<Record<string, string>>)[outcome] ?? outcome;
}

export function outcomeName(outcome: Outcome): string {
  return OUTCOME_NAMES[outcome];
}

export function outcomeTone(outcome: Outcome): Tone {
  if (outcome === "success") {
    return "ok";
  }
  if (ERROR_OUTCOMES.includes(outcome)) {
    return "broken";
  }
  return outcome === "client_closed" || outcome === "client_error" ? "off" : "watch";
}

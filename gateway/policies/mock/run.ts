import type { Answer, Decision } from "../../contract/decision";
import type { PolicyHost, PolicyRequest } from "../types";

/** The same answer in several media types, the preferred one first. */
export interface AnswerGroup {
  readonly answers: readonly Answer[];
  /** In lower case. */
  readonly mediaTypes: readonly string[];
}

export interface MockPlan {
  readonly [key: string]: unknown;
  readonly groups: readonly AnswerGroup[];
  /** The group that is given when nobody asks for another. */
  readonly usual: number;
  readonly callerChooses: boolean;
  readonly readsAccept: boolean;
  /** "=" and the name, or status, "=" and the name → index into `groups`. The sign keeps off names that every object has. */
  readonly byName: Readonly<Record<string, number>>;
  /** "=" and the status → the same. */
  readonly byStatus: Readonly<Record<string, number>>;
}

/** What the choice among media types gets and gives, which runs apart since it loops. */
let group: AnswerGroup | undefined;
let accept = "";
let chosen = 0;

export function run(plan: MockPlan, _request: PolicyRequest, host: PolicyHost): Decision | undefined {
  const preference = plan.callerChooses ? host.variable("http_prefer") : undefined;
  const found = plan.groups[preference === undefined ? plan.usual : choose(plan, preference)];
  if (found === undefined) {
    return undefined;
  }
  const wanted = plan.readsAccept && found.answers.length > 1 ? host.variable("http_accept") : undefined;
  chosen = 0;
  if (wanted !== undefined && wanted !== "*/*") {
    group = found;
    accept = wanted.toLowerCase();
    host.runApart(chooseMediaType);
    group = undefined;
  }
  return found.answers[chosen];
}

/** Preferences (RFC 7240) as other mock servers know them; one that cannot be met is none. */
function choose(plan: MockPlan, preference: string): number {
  const name = valueAfter(preference, "example=");
  const status = valueAfter(preference, "code=");
  return plan.byName[`${status}=${name}`] ?? plan.byName[`=${name}`] ?? plan.byStatus[`=${status}`] ?? plan.usual;
}

/** RFC 9110 §12.5.1: the highest quality wins, of equal ones the first of ours; when none is acceptable, the first is sent all the same. */
function chooseMediaType(): void {
  if (group === undefined) {
    return;
  }
  let best = 0;
  let index = 0;
  for (const mediaType of group.mediaTypes) {
    const quality = qualityOf(mediaType);
    if (quality > best) {
      best = quality;
      chosen = index;
    }
    index += 1;
  }
}

/** By the most specific range that fits. */
function qualityOf(mediaType: string): number {
  const slash = mediaType.indexOf("/");
  const exact = qualityAfter(mediaType);
  if (exact >= 0) {
    return exact;
  }
  const ofKind = qualityAfter(`${mediaType.slice(0, slash)}/*`);
  return ofKind >= 0 ? ofKind : Math.max(0, qualityAfter("*/*"));
}

/** Of a range of the Accept field; -1 when it is not there. */
function qualityAfter(range: string): number {
  let from = accept.indexOf(range);
  while (from >= 0) {
    const end = from + range.length;
    const next = accept.charAt(end);
    const before = from === 0 ? "," : accept.charAt(from - 1);
    if ((before === "," || before === " ") && (next === "" || next === "," || next === ";" || next === " ")) {
      const rest = upTo(accept.slice(end), ",");
      const quality = rest.indexOf("q=");
      return quality < 0 ? 1 : Number(upTo(upTo(rest.slice(quality + 2), ";"), " "));
    }
    from = accept.indexOf(range, end);
  }
  return -1;
}

/** Up to the next separator, without quotes; "" when the word is not there. */
function valueAfter(preference: string, word: string): string {
  const start = preference.indexOf(word);
  if (start < 0) {
    return "";
  }
  const rest = preference.slice(start + word.length);
  const text = upTo(upTo(upTo(rest, ","), ";"), " ");
  return text.charAt(0) === '"' && text.length > 2 ? text.slice(1, text.length - 1) : text;
}

function upTo(text: string, separator: string): string {
  const end = text.indexOf(separator);
  return end < 0 ? text : text.slice(0, end);
}

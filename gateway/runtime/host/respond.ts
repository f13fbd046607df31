import type { Answer, Refusal } from "../../contract/decision";
import { GATEWAY_ERRORS, type GatewayError } from "../../contract/errors";
import type { Context } from "../contexts";

/** Ends the request with the edge's own answer, which has no body. */
export function sendAnswer(answer: Answer): void {
  ngx.status = answer.status;
  for (const index of $range(0, answer.headers.length - 1, 2)) {
    const name = answer.headers[index];
    if (name !== undefined) {
      ngx.header[name] = answer.headers[index + 1];
    }
  }
  ngx.exit(answer.status);
}

/** Ends the request with a problem document (RFC 9457). */
export function sendProblem(context: Context, refusal: Refusal): void {
  const problem = GATEWAY_ERRORS[refusal.code] as GatewayError;
  ngx.status = problem.status;
  ngx.header["Content-Type"] = "application/problem+json";
  ngx.header["Cache-Control"] = "no-store";
  if (refusal.retryAfterSeconds !== undefined) {
    ngx.header["Retry-After"] = string.format("%d", refusal.retryAfterSeconds);
  }
  if (problem.status === 401) {
    ngx.header["WWW-Authenticate"] = 'ApiKey realm="gatehouse"';
  }
  if (context.corsOrigin !== "") {
    ngx.header["Access-Control-Allow-Origin"] = context.corsOrigin;
    ngx.header["Access-Control-Expose-Headers"] = context.corsExpose;
    ngx.header.Vary = "Origin";
  }
  ngx.print(problemText(context, problem, refusal));
  ngx.exit(ngx.OK);
}

function problemText(context: Context, problem: GatewayError, refusal: Refusal): string {
  const portal = context.bundle === undefined ? "" : context.bundle.portalUrl;
  const members = [
    `"type":${quote(`${portal}/docs/errors#${problem.code}`)}`,
    `"title":${quote(problem.title)}`,
    `"status":${problem.status}`,
    `"detail":${quote(problem.detail)}`,
    `"code":${quote(problem.code)}`,
    `"requestId":${quote(context.id)}`,
  ];
  if (refusal.violatedPolicies !== undefined) {
    members.push(`"violated-policies":[${quoteAll(refusal.violatedPolicies)}]`);
  }
  return `{${members.join(",")}}\n`;
}

function quoteAll(texts: readonly string[]): string {
  const quoted: string[] = [];
  for (const text of texts) {
    quoted.push(quote(text));
  }
  return quoted.join(",");
}

/** A JSON string. Not cjson, whose members come in any order and whose slashes are escaped: people read this. */
function quote(text: string): string {
  const [escaped] = string.gsub(text, '[%c"\\\\]', escapeCharacter);
  return `"${escaped}"`;
}

/** Not a closure: making one per refusal would leave the whole phase to LuaJIT's interpreter. */
function escapeCharacter(this: void, character: string): string {
  return string.format("\\u%04x", string.byte(character));
}

import type { Answer, Refusal } from "../../contract/decision";
import { GATEWAY_ERRORS, type GatewayError, type GatewayErrorCode } from "../../contract/errors";
import type { Context } from "../contexts";
import { shapeResponse } from "../shape-response";
import { grpcStatusOf } from "../grpc-status";
import { quote } from "./quote";
import { currentRequest, readVariable } from "./request";
import { CONTENT_TYPE } from "./variables";

const HTTP_OK = 200;
const NO_CONTENT = 204;
const NOT_MODIFIED = 304;

/** Ends the request with the edge's own answer. */
export function sendAnswer(context: Context, answer: Answer): void {
  ngx.status = answer.status;
  for (const index of $range(0, answer.headers.length - 1, 2)) {
    const name = answer.headers[index];
    if (name !== undefined) {
      ngx.header[name] = answer.headers[index + 1];
    }
  }
  shapeResponse(context);
  const body = answer.body ?? "";
  if (answer.status !== NO_CONTENT && answer.status !== NOT_MODIFIED) {
    ngx.header["Content-Length"] = string.format("%d", body.length);
  }
  if (body === "" || context.method === "HEAD") {
    // Not ngx.exit with the status: nginx would put a page of its own in the place of an error or a redirect.
    ngx.send_headers();
  } else {
    ngx.print(body);
  }
  ngx.exit(ngx.OK);
}

/** Ends the request with a problem document (RFC 9457). */
export function sendProblem(context: Context, refusal: Refusal): void {
  context.refusal = refusal;
  const problem = GATEWAY_ERRORS[refusal.code] as GatewayError;
  if (isGrpcCall()) {
    return sendGrpcProblem(context, problem, refusal);
  }
  ngx.status = problem.status;
  ngx.header["Content-Type"] = "application/problem+json";
  ngx.header["Cache-Control"] = "no-store";
  if (refusal.retryAfterSeconds !== undefined) {
    ngx.header["Retry-After"] = string.format("%d", refusal.retryAfterSeconds);
  }
  if (problem.status === 401 || refusal.challenge !== undefined) {
    ngx.header["WWW-Authenticate"] = refusal.challenge ?? 'ApiKey realm="gatehouse"';
  }
  shapeResponse(context);
  ngx.print(problemText(context, problem, refusal));
  ngx.exit(ngx.OK);
}

/** A client of gRPC reads nothing else: a response of trailers only, which stand in its head. */
function sendGrpcProblem(context: Context, problem: GatewayError, refusal: Refusal): void {
  context.answerStatus = problem.status;
  ngx.status = HTTP_OK;
  ngx.header["Content-Type"] = "application/grpc";
  // Without a body the head ends the stream.
  ngx.header["Content-Length"] = 0;
  shapeResponse(context);
  ngx.header["grpc-status"] = string.format("%d", grpcStatusOf(problem.status));
  ngx.header["grpc-message"] = percentEncode(`${problem.title} (${problem.code}): ${refusal.detail ?? problem.detail}`);
  if (refusal.retryAfterSeconds !== undefined) {
    ngx.header["Retry-After"] = string.format("%d", refusal.retryAfterSeconds);
    // https://github.com/grpc/proposal/blob/master/A6-client-retries.md#pushback
    ngx.header["grpc-retry-pushback-ms"] = string.format("%d", refusal.retryAfterSeconds * 1000);
  }
  ngx.send_headers();
  ngx.exit(ngx.OK);
}

/** "Percent-Encoded" of gRPC over HTTP/2: what is neither printable ASCII nor a percent sign stays. */
function percentEncode(text: string): string {
  const [encoded] = string.gsub(text, "[^ -$&-~]", percentOf);
  return encoded;
}

function percentOf(this: void, character: string): string {
  return string.format("%%%02X", string.byte(character));
}

function isGrpcCall(): boolean {
  const type = readVariable(currentRequest(), CONTENT_TYPE);
  return type !== undefined && string.find(type, "^application/grpc%f[%+;%z]")[0] !== undefined;
}

/** A whole response as bytes, for where nginx writes no head. */
export function rawProblem(context: Context, code: GatewayErrorCode): string {
  const problem = GATEWAY_ERRORS[code] as GatewayError;
  const refusal: Refusal = { kind: "refuse", code };
  context.refusal = refusal;
  const body = problemText(context, problem, refusal);
  const head = [
    `HTTP/1.1 ${string.format("%d", problem.status)} ${problem.title}`,
    "Content-Type: application/problem+json",
    "Cache-Control: no-store",
    `X-Request-Id: ${context.id}`,
    `Content-Length: ${string.format("%d", body.length)}`,
  ];
  return `${head.join("\r\n")}\r\n\r\n${context.method === "HEAD" ? "" : body}`;
}

function problemText(context: Context, problem: GatewayError, refusal: Refusal): string {
  const portal = context.bundle === undefined ? "" : context.bundle.portalUrl;
  const members = [
    `"type":${quote(`${portal}/docs/errors#${problem.code}`)}`,
    `"title":${quote(problem.title)}`,
    `"status":${problem.status}`,
    `"detail":${quote(refusal.detail ?? problem.detail)}`,
    `"code":${quote(problem.code)}`,
    `"requestId":${quote(context.id)}`,
  ];
  if (portal !== "") {
    // RFC 9457 §3.1.5: this very occurrence. Whoever the call belongs to signs in there and sees why.
    members.push(`"instance":${quote(`${portal}/requests/${ngx.escape_uri(context.id)}`)}`);
  }
  if (refusal.violatedPolicies !== undefined) {
    members.push(`"violated-policies":[${quoteAll(refusal.violatedPolicies)}]`);
  }
  if (refusal.errors !== undefined) {
    const errors: string[] = [];
    for (const { detail, pointer } of refusal.errors) {
      errors.push(`{"detail":${quote(detail)},"pointer":${quote(pointer)}}`);
    }
    members.push(`"errors":[${errors.join(",")}]`);
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

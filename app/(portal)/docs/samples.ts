import { GATEWAY_ERRORS } from "@/gateway/contract/errors";

export const RATE_LIMIT_SAMPLE = `RateLimit-Policy: "burst";q=100;w=60
RateLimit: "burst";r=12;t=30`;

const refused = GATEWAY_ERRORS.rate_limit_exceeded;

export const REFUSAL_SAMPLE = `HTTP/1.1 ${refused.status} Too Many Requests
Content-Type: application/problem+json
Retry-After: 12

${JSON.stringify(
  {
    type: "https://portal.example.com/docs/errors#rate_limit_exceeded",
    title: refused.title,
    status: refused.status,
    detail: refused.detail,
    code: refused.code,
    requestId: "5f0c1e7a9b3d-42",
    instance: "https://portal.example.com/requests/5f0c1e7a9b3d-42",
  },
  null,
  2,
)}`;

import "server-only";
import type { Problem } from "@/lib/api-schemas/common";
import { API_ERRORS, ApiError, type ApiErrorCode } from "@/lib/errors";
import { log } from "@/lib/log";

/**
 * Turns whatever was thrown into problem+json (RFC 9457). What is not an ApiError is ours: the log gets the whole of it, the caller a
 * request id.
 */
export function problemResponse(error: unknown, requestId: string): Response {
  const known = toApiError(error, requestId);
  const { status, title } = API_ERRORS[known.code];
  const body: Problem = {
    type: `/docs/errors#${known.code}`,
    title,
    status,
    detail: known.message,
    code: known.code,
    requestId,
    problems: [...known.problems],
  };
  const headers: Record<string, string> = {
    "content-type": "application/problem+json",
    "cache-control": "no-store",
    "x-request-id": requestId,
  };
  if (status === 401) {
    headers["www-authenticate"] = "Bearer";
  }
  if (status === 429) {
    headers["retry-after"] = String(known.retryAfterSeconds);
  }
  return new Response(JSON.stringify(body), { status, headers });
}

function toApiError(error: unknown, requestId: string): ApiError {
  if (error instanceof ApiError) {
    return error;
  }
  const code = classify(error);
  log.error({ error, requestId, code }, "a request failed");
  return new ApiError(code);
}

/** Unique keys are checked with words before writing; two writers at the same moment meet here. */
function classify(error: unknown): ApiErrorCode {
  const code = (error as { code?: unknown } | null)?.code;
  if (code === "P2002" || code === "23505") {
    return "taken";
  }
  if (code === "P2003" || code === "23503") {
    return "in_use";
  }
  // Found, and gone when it was to be changed.
  if (code === "P2025") {
    return "not_found";
  }
  const unreachable = [
    "P1001",
    "P1002",
    "P1008",
    "P1017",
    "P2024",
    // No connection, or no lock, within the time a transaction may take.
    "P2028",
    "ECONNREFUSED",
    "ECONNRESET",
    "57P01",
    "57P03",
    "53300",
    // Cancelled by the time limits of lib/database.ts.
    "57014",
    "25P03",
  ];
  const state = sqlState(error);
  if ([code, state].some((known) => typeof known === "string" && unreachable.includes(known))) {
    return "database_unavailable";
  }
  // Class 22, data exception: a value that no column takes. Schemas refuse such values; this is for the one that was forgotten.
  return state?.startsWith("22") === true ? "invalid_request" : "internal_error";
}

/** Postgres' five characters, from its own driver or through Prisma. */
function sqlState(error: unknown): string | undefined {
  const { code, meta } = (error ?? {}) as {
    readonly code?: unknown;
    readonly meta?: { readonly driverAdapterError?: { readonly cause?: { readonly originalCode?: unknown } } };
  };
  const found = meta?.driverAdapterError?.cause?.originalCode ?? code;
  return typeof found === "string" && /^[0-9A-Z]{5}$/.test(found) ? found : undefined;
}

import type { ProblemItem } from "./api-schemas/common";

export interface ApiErrorKind {
  readonly status: number;
  /** RFC 9457 title: the same for every occurrence. */
  readonly title: string;
  /** Public text for when an occurrence has no better one. */
  readonly detail: string;
  readonly fault: "caller" | "portal";
}

/** Every failure of the management API and the agents' API. */
export const API_ERRORS = {
  malformed_json: {
    status: 400,
    title: "Malformed JSON",
    detail: "The body is not JSON.",
    fault: "caller",
  },
  cursor_invalid: {
    status: 400,
    title: "Invalid cursor",
    detail: "The cursor is not one of this list. Begin again without it.",
    fault: "caller",
  },
  unauthenticated: {
    status: 401,
    title: "Not signed in",
    detail: "Sign in, or send a personal access token as Authorization: Bearer.",
    fault: "caller",
  },
  token_invalid: {
    status: 401,
    title: "Token refused",
    detail: "The token is unknown, expired or revoked.",
    fault: "caller",
  },
  origin_refused: {
    status: 403,
    title: "Request from another site",
    detail: "A change with a session's cookie must come from the portal itself. Programs use a personal access token.",
    fault: "caller",
  },
  forbidden: {
    status: 403,
    title: "Not allowed",
    detail: "Your roles do not allow this.",
    fault: "caller",
  },
  not_found: {
    status: 404,
    title: "Not found",
    detail: "It does not exist, or you may not see it.",
    fault: "caller",
  },
  taken: {
    status: 409,
    title: "Already taken",
    detail: "Something else has this name.",
    fault: "caller",
  },
  in_use: {
    status: 409,
    title: "In use",
    detail: "It cannot be removed while others depend on it.",
    fault: "caller",
  },
  state_conflict: {
    status: 409,
    title: "Not possible in this state",
    detail: "Its state does not allow this step.",
    fault: "caller",
  },
  request_in_progress: {
    status: 409,
    title: "Request in progress",
    detail: "A request with this Idempotency-Key is still being answered. Try again in a moment.",
    fault: "caller",
  },
  precondition_failed: {
    status: 412,
    title: "Changed meanwhile",
    detail: "It was changed since you read it. Read it again and repeat your change.",
    fault: "caller",
  },
  body_too_large: {
    status: 413,
    title: "Body too large",
    detail: "The body is larger than this call accepts.",
    fault: "caller",
  },
  media_type_unsupported: {
    status: 415,
    title: "Unsupported media type",
    detail: "Send the body as application/json.",
    fault: "caller",
  },
  invalid_request: {
    status: 422,
    title: "Invalid request",
    detail: "Some fields are missing or wrong.",
    fault: "caller",
  },
  document_invalid: {
    status: 422,
    title: "Document refused",
    detail: "The OpenAPI document cannot be imported as it is.",
    fault: "caller",
  },
  not_publishable: {
    status: 422,
    title: "Not publishable",
    detail: "The environment cannot be published as it is.",
    fault: "caller",
  },
  idempotency_key_reused: {
    status: 422,
    title: "Idempotency-Key reused",
    detail: "This Idempotency-Key was used with another request. Use a new one.",
    fault: "caller",
  },
  cap_reached: {
    status: 422,
    title: "No more of these",
    detail: "There are as many as there may be. Remove one first.",
    fault: "caller",
  },
  too_many_attempts: {
    status: 429,
    title: "Too many attempts",
    detail: "Wait a few minutes and try again.",
    fault: "caller",
  },
  too_many_sign_ups: {
    status: 429,
    title: "Too many sign-ups",
    detail: "Too many people signed up within the last hour. Try again later.",
    fault: "caller",
  },
  internal_error: {
    status: 500,
    title: "Internal error",
    detail: "The portal failed while answering. The request id leads its operators to the cause.",
    fault: "portal",
  },
  database_unavailable: {
    status: 503,
    title: "Database unavailable",
    detail: "The portal cannot reach its database. Try again in a moment.",
    fault: "portal",
  },
} as const satisfies Record<string, ApiErrorKind>;

export type ApiErrorCode = keyof typeof API_ERRORS;

/** Thrown by use cases; becomes problem+json at the door. */
export class ApiError extends Error {
  override readonly name = "ApiError";
  readonly code: ApiErrorCode;
  readonly problems: readonly ProblemItem[];
  /** After which it is worth trying again; for 429. */
  readonly retryAfterSeconds: number;

  /** @param detail public: what happened and what to do */
  constructor(code: ApiErrorCode, detail?: string, problems: readonly ProblemItem[] = [], retryAfterSeconds = 60) {
    super(detail ?? API_ERRORS[code].detail);
    this.code = code;
    this.problems = problems;
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

/** 422 with every problem at once. */
export function invalid(problems: readonly ProblemItem[]): ApiError {
  const [first] = problems;
  const detail =
    problems.length === 1 && first !== undefined ? first.message : `There are ${problems.length} problems.`;
  return new ApiError("invalid_request", detail, problems);
}

/** @param what "API", "application" */
export function notFound(what: string, id: string): ApiError {
  return new ApiError("not_found", `There is no ${what} "${id}", or you may not see it.`);
}

/** @param place JSON pointer of the field that holds what is taken */
export function taken(message: string, place: string): ApiError {
  return new ApiError("taken", message, [{ code: "taken", message, place }]);
}

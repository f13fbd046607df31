import type { Problem, ProblemItem } from "@/lib/api-schemas/common";

/** An answer of the management API that is not a success: holds every problem at once. */
export class ApiProblem extends Error {
  override readonly name = "ApiProblem";
  readonly status: number;
  readonly code: string;
  readonly problems: readonly ProblemItem[];
  readonly requestId: string | undefined;

  constructor(problem: Omit<Problem, "requestId"> & { requestId?: string | undefined }) {
    super(problem.detail);
    this.status = problem.status;
    this.code = problem.code;
    this.problems = problem.problems;
    this.requestId = problem.requestId;
  }

  /** Messages of the problems at a place, for example "/limits/0/quota": for showing beside a form's field. */
  at(place: string): string[] {
    return this.problems.filter((problem) => problem.place === place).map((problem) => problem.message);
  }
}

export interface RequestOptions {
  readonly signal?: AbortSignal | undefined;
}

interface Call extends RequestOptions {
  readonly query?: Readonly<Record<string, string | number | boolean | readonly string[] | null | undefined>>;
  readonly body?: unknown;
  /** Changes only what was seen. */
  readonly etag?: string | undefined;
}

type Method = "GET" | "POST" | "PATCH" | "PUT" | "DELETE";

/**
 * One call of the management API as the signed-in person (the session's cookie).
 * @param path below /api/v1, its parts already encoded
 * @throws ApiProblem for every answer outside 2xx, and with status 0 when there was no answer
 */
export async function request<Answer>(method: Method, path: string, call: Call = {}): Promise<Answer> {
  const response = await send(method, path, call);
  const text = await response.text();
  if (!response.ok) {
    throw new ApiProblem(readProblem(response, text));
  }
  return (text === "" ? undefined : JSON.parse(text)) as Answer;
}

/** Like `request`, for answers that are text: documents. */
export async function requestText(path: string, options: RequestOptions = {}): Promise<string> {
  const response = await send("GET", path, options);
  const text = await response.text();
  if (!response.ok) {
    throw new ApiProblem(readProblem(response, text));
  }
  return text;
}

/** Encodes the values of a path template: path`/apis/${slug}`. */
export function path(texts: TemplateStringsArray, ...values: readonly (string | number)[]): string {
  return texts
    .map((text, index) => text + (index < values.length ? encodeURIComponent(String(values[index])) : ""))
    .join("");
}

async function send(method: Method, address: string, { query, body, etag, signal }: Call): Promise<Response> {
  const headers: Record<string, string> = { accept: "application/json, application/problem+json" };
  if (body !== undefined) {
    headers["content-type"] = "application/json";
  }
  if (etag !== undefined) {
    headers["if-match"] = etag;
  }
  try {
    return await fetch(`/api/v1${address}${encodeQuery(query)}`, {
      method,
      headers,
      credentials: "same-origin",
      body: body === undefined ? null : JSON.stringify(body),
      signal: signal ?? null,
    });
  } catch (error) {
    if (error instanceof DOMException && error.name === "AbortError") {
      throw error;
    }
    throw new ApiProblem({
      type: "about:blank",
      title: "No answer",
      status: 0,
      code: "no_answer",
      detail: "The portal did not answer. Check the connection and try again.",
      problems: [],
    });
  }
}

function encodeQuery(query: Call["query"]): string {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(query ?? {})) {
    if (value !== undefined && value !== null && value !== "") {
      parameters.set(name, Array.isArray(value) ? value.join(",") : String(value));
    }
  }
  const text = parameters.toString();
  return text === "" ? "" : `?${text}`;
}

function readProblem(response: Response, text: string): ConstructorParameters<typeof ApiProblem>[0] {
  try {
    const problem = JSON.parse(text) as Problem;
    if (typeof problem.detail === "string" && Array.isArray(problem.problems)) {
      return problem;
    }
  } catch {
    // Not ours: a proxy in between, or a crash page.
  }
  return {
    type: "about:blank",
    title: response.statusText,
    status: response.status,
    code: "unexpected_answer",
    detail: `The portal answered with status ${response.status}.`,
    problems: [],
  };
}

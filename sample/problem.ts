export interface FieldError {
  /** JSON pointer into the body, or "query:name". */
  readonly place: string;
  readonly message: string;
}

/** A refusal, answered as RFC 9457 problem details. */
export class Problem extends Error {
  constructor(
    readonly status: number,
    readonly title: string,
    readonly detail: string,
    readonly errors: readonly FieldError[] = [],
    readonly headers: Readonly<Record<string, string>> = {},
  ) {
    super(detail);
  }
}

export function problemDocument({ status, title, detail, errors }: Problem) {
  return { type: "about:blank", title, status, detail, ...(errors.length === 0 ? {} : { errors }) };
}

export function notFound(what: string): Problem {
  return new Problem(404, "Not found", `There is no ${what}.`);
}

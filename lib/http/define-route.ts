import "server-only";
import { randomUUID } from "node:crypto";
import type { OpenAPIHono } from "@hono/zod-openapi";
import { z } from "zod";
import type { Role } from "@/lib/api-schemas";
import { problemSchema, type ProblemItem } from "@/lib/api-schemas/common";
import { authenticate } from "@/lib/auth/authenticate";
import { ApiError, invalid } from "@/lib/errors";
import { hasRole, type Actor, type Context, type ReadContext } from "@/lib/permissions";
import { clientAddress } from "./client-address";
import { answerOnce, type Answer } from "./idempotency";
import { problemResponse } from "./problem-response";
import { readJsonBody } from "./read-json-body";
import { unstorableTexts } from "./unstorable-text";
import { zodProblems } from "./zod-problems";

const SMALL_BODY_BYTES = 1024 * 1024;

type ParameterNames<Path extends string> = Path extends `${string}{${infer Name}}${infer Rest}`
  ? Name | ParameterNames<Rest>
  : never;

interface RouteDescription<Path extends string, Query extends z.ZodType, Body extends z.ZodType> {
  readonly method: "get" | "post" | "patch" | "put" | "delete";
  /** Below /api/v1, in OpenAPI's notation: "/apis/{api}". */
  readonly path: Path;
  readonly tag: string;
  readonly summary: string;
  readonly description?: string;
  /** anyone: answers without a session too. Default: signed-in. */
  readonly access?: "anyone" | "signed-in";
  /** Whoever holds none of these is refused before the body is read: for large bodies and costly work. The use case asks again. */
  readonly roles?: readonly Role[];
  readonly query?: Query;
  readonly body?: Body;
  /** A body may be left out; it counts as {}. */
  readonly bodyOptional?: boolean;
  readonly maxBodyBytes?: number;
  /** Fields of the body that hold whole documents. */
  readonly documents?: readonly string[];
  readonly tooLarge?: () => ApiError;
  readonly status?: 200 | 201 | 204;
  /** Without it the answer has no body. */
  readonly answer?: z.ZodType;
  /**
   * Throws what the use case would refuse. Asked only when some fields are wrong, about those that are right, so that the caller hears
   * of everything at once.
   */
  readonly check?: (context: never, input: RightFields<Path, Body>) => Promise<unknown>;
}

/** Of a body with wrong fields. */
interface RightFields<Path extends string, Body extends z.ZodType> {
  readonly parameters: Readonly<Record<ParameterNames<Path>, string>>;
  readonly body: Partial<z.infer<Body>>;
  /** Names of the fields that were given, but wrong. */
  readonly wrong: ReadonlySet<string>;
}

interface Input<Path extends string, Query extends z.ZodType, Body extends z.ZodType> {
  readonly parameters: Readonly<Record<ParameterNames<Path>, string>>;
  readonly query: z.infer<Query>;
  readonly body: z.infer<Body>;
  readonly ifMatch: string | undefined;
  readonly ifNoneMatch: string | undefined;
}

interface AnyoneContext extends ReadContext {
  readonly requestId: string;
  /** For counting what somebody does who has not signed in; see client-address.ts. */
  readonly clientAddress: string;
}

/** One call of the management API: registers it with the router and with the OpenAPI document. */
export function defineRoute<
  Path extends string,
  Query extends z.ZodType = z.ZodUndefined,
  Body extends z.ZodType = z.ZodUndefined,
>(
  app: OpenAPIHono,
  description: Omit<RouteDescription<Path, Query, Body>, "check"> & {
    readonly access?: "signed-in";
    readonly check?: (context: Context, input: RightFields<Path, Body>) => Promise<unknown>;
  },
  handle: (context: Context, input: Input<Path, Query, Body>) => Promise<unknown>,
): void;
export function defineRoute<
  Path extends string,
  Query extends z.ZodType = z.ZodUndefined,
  Body extends z.ZodType = z.ZodUndefined,
>(
  app: OpenAPIHono,
  description: Omit<RouteDescription<Path, Query, Body>, "check"> & {
    readonly access: "anyone";
    readonly check?: (context: AnyoneContext, input: RightFields<Path, Body>) => Promise<unknown>;
  },
  handle: (context: AnyoneContext, input: Input<Path, Query, Body>) => Promise<unknown>,
): void;
export function defineRoute<Path extends string, Query extends z.ZodType, Body extends z.ZodType>(
  app: OpenAPIHono,
  description: RouteDescription<Path, Query, Body>,
  handle: (context: never, input: Input<Path, Query, Body>) => Promise<unknown>,
): void {
  describe(app, description);
  const path = `/api/v1${description.path.replaceAll(/\{(\w+)\}/g, ":$1")}`;
  app.on(description.method.toUpperCase(), path, async (hono) => {
    const request = hono.req.raw;
    const requestId = requestIdOf(request);
    try {
      const actor = await authenticate(request);
      if (actor === null && description.access !== "anyone") {
        throw new ApiError("unauthenticated");
      }
      if (description.roles !== undefined && !hasRole(actor, ...description.roles)) {
        throw new ApiError("forbidden", `This needs the role ${description.roles.join(" or ")}.`);
      }
      const context: AnyoneContext = { actor, requestId, clientAddress: clientAddress(request.headers) };
      const input = await readInput(request, hono.req.param(), description, context);
      const run = async (): Promise<Answer> => ({
        status: description.status ?? 200,
        body: await handle(context as never, input),
      });
      return render(await answer(request, actor, input, run), requestId);
    } catch (error) {
      return problemResponse(error, requestId);
    }
  });
}

/** A caller's own id is kept, so that it can find its request in our log. */
export function requestIdOf(request: Request): string {
  const given = request.headers.get("x-request-id");
  return given !== null && /^[\w.:-]{1,128}$/.test(given) ? given : randomUUID();
}

function answer(
  request: Request,
  actor: Actor | null,
  input: { readonly body: unknown },
  run: () => Promise<Answer>,
): Promise<Answer> {
  const key = request.headers.get("idempotency-key");
  if (request.method !== "POST" || key === null || actor?.userId === undefined || actor.userId === null) {
    return run();
  }
  const fingerprint = `${request.method} ${new URL(request.url).pathname}\n${JSON.stringify(input.body ?? null)}`;
  return answerOnce({ userId: actor.userId, key, fingerprint }, run);
}

async function readInput<Path extends string, Query extends z.ZodType, Body extends z.ZodType>(
  request: Request,
  parameters: Record<string, string>,
  description: RouteDescription<Path, Query, Body>,
  context: AnyoneContext,
): Promise<Input<Path, Query, Body>> {
  const problems: ProblemItem[] = [];
  const check = <Schema extends z.ZodType>(schema: Schema, value: unknown, part: "body" | "query") => {
    const result = schema.safeParse(value);
    if (!result.success) {
      problems.push(...zodProblems(result.error, part, value));
    }
    return result.data as z.infer<Schema>;
  };
  const query = Object.fromEntries(new URL(request.url).searchParams);
  problems.push(...unstorableTexts(parameters, "path"), ...unstorableTexts(query, "query"));
  const checkedQuery = description.query === undefined ? undefined : check(description.query, query, "query");
  let body: unknown;
  if (description.body !== undefined) {
    const tooLarge = description.tooLarge ?? (() => new ApiError("body_too_large"));
    const given = await readJsonBody(request, description.maxBodyBytes ?? SMALL_BODY_BYTES, tooLarge);
    problems.push(...unstorableTexts(given, "body", description.documents));
    body = check(description.body, given ?? (description.bodyOptional === true ? {} : undefined), "body");
    // What the database could not take, it cannot be asked about either.
    const isStorable = problems.every(({ code }) => code !== "invalid_characters");
    if (problems.length > 0 && isStorable && description.check !== undefined) {
      const right = rightFields(description.body, given);
      const input = { parameters, ...right } as RightFields<Path, Body>;
      problems.push(...(await problemsOf(description.check, context, input)));
    }
  }
  if (problems.length > 0) {
    throw invalid(problems);
  }
  return {
    parameters: parameters as Input<Path, Query, Body>["parameters"],
    query: checkedQuery as z.infer<Query>,
    body: body as z.infer<Body>,
    ifMatch: request.headers.get("if-match") ?? undefined,
    ifNoneMatch: request.headers.get("if-none-match") ?? undefined,
  };
}

/** The fields of a body that are right by themselves. */
function rightFields(schema: z.ZodType, given: unknown): { body: Record<string, unknown>; wrong: ReadonlySet<string> } {
  const body: Record<string, unknown> = {};
  const wrong = new Set<string>();
  if (schema instanceof z.ZodObject && typeof given === "object" && given !== null) {
    const fields: Readonly<Record<string, z.ZodType>> = schema.shape;
    for (const [name, field] of Object.entries(fields)) {
      const value = (given as Record<string, unknown>)[name];
      const result = field.safeParse(value);
      if (!result.success) {
        wrong.add(name);
      } else if (value !== undefined) {
        body[name] = result.data;
      }
    }
  }
  return { body, wrong };
}

/** @throws whatever has no place in the request */
async function problemsOf<Path extends string, Body extends z.ZodType>(
  check: (context: never, input: RightFields<Path, Body>) => Promise<unknown>,
  context: AnyoneContext,
  input: RightFields<Path, Body>,
): Promise<readonly ProblemItem[]> {
  try {
    await check(context as never, input);
    return [];
  } catch (error) {
    if (error instanceof ApiError && error.problems.length > 0) {
      return error.problems;
    }
    throw error;
  }
}

function render({ status, body }: Answer, requestId: string): Response {
  if (body instanceof Response) {
    body.headers.set("x-request-id", requestId);
    return body;
  }
  const headers: Record<string, string> = { "x-request-id": requestId, "cache-control": "no-store" };
  if (status === 204) {
    return new Response(null, { status, headers });
  }
  const etag = (body as { etag?: unknown } | null)?.etag;
  if (typeof etag === "string") {
    headers["etag"] = etag;
  }
  headers["content-type"] = "application/json";
  return new Response(JSON.stringify(body ?? null), { status, headers });
}

function describe<Path extends string, Query extends z.ZodType, Body extends z.ZodType>(
  app: OpenAPIHono,
  route: RouteDescription<Path, Query, Body>,
): void {
  const names = [...route.path.matchAll(/\{(\w+)\}/g)].map((match) => match[1] ?? "");
  const success =
    route.answer === undefined
      ? { description: "Done." }
      : { description: "Done.", content: { "application/json": { schema: route.answer } } };
  const headers: Record<string, z.ZodType> = {};
  if (["patch", "put", "delete"].includes(route.method)) {
    headers["If-Match"] = z.string().optional().describe("ETag of what was seen; 412 when it has changed.");
  }
  if (route.method === "post" && route.access !== "anyone") {
    headers["Idempotency-Key"] = z.string().optional().describe("A repeated request gets the first answer, for a day.");
  }
  app.openAPIRegistry.registerPath({
    method: route.method,
    path: route.path,
    tags: [route.tag],
    summary: route.summary,
    ...(route.description === undefined ? {} : { description: route.description }),
    security: route.access === "anyone" ? [] : [{ token: [] }, { session: [] }],
    request: {
      ...(names.length === 0 ? {} : { params: z.object(Object.fromEntries(names.map((name) => [name, z.string()]))) }),
      ...(route.query === undefined ? {} : { query: route.query as unknown as z.ZodObject }),
      ...(Object.keys(headers).length === 0 ? {} : { headers: z.object(headers) }),
      ...(route.body === undefined
        ? {}
        : { body: { required: route.bodyOptional !== true, content: { "application/json": { schema: route.body } } } }),
    },
    responses: {
      [route.status ?? 200]: success,
      default: {
        description: "Every problem at once.",
        content: { "application/problem+json": { schema: problemSchema } },
      },
    },
  });
}

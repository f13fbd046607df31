import type { Problem, Role } from "@/lib/api-schemas";
import { bootstrap } from "@/lib/bootstrap";
import { createAgentApi } from "../gateway/_routes/app";
import { createManagementApi } from "../v1/_routes/app";

const management = createManagementApi();
const agents = createAgentApi();

const ADMIN_TOKEN = "ghp_the_first_admin_of_the_tests";
export const ENROL_TOKEN = "ghe_the_bundled_gateway_of_the_tests";

/** Prepares an empty database as a first start does. */
export function bootstrapForTests() {
  return bootstrap({
    adminEmail: "admin@gatehouse.test",
    adminPassword: "correct horse battery",
    adminToken: ADMIN_TOKEN,
    enrolToken: ENROL_TOKEN,
    gatewayUrl: "http://gateway.test",
  });
}

export interface Answer<Body = unknown> {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  readonly body: Body;
}

export interface CallOptions {
  readonly token?: string | null;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A call of the management API as it comes over the wire, through the real router. */
export async function call<Body = unknown>(
  method: string,
  path: string,
  body?: unknown,
  { token = ADMIN_TOKEN, headers = {} }: CallOptions = {},
): Promise<Answer<Body>> {
  const request = new Request(`http://portal.test/api/v1${path}`, {
    method,
    headers: {
      host: "portal.test",
      ...(token === null ? {} : { authorization: `Bearer ${token}` }),
      ...(body === undefined ? {} : { "content-type": "application/json" }),
      ...headers,
    },
    body: body === undefined ? null : typeof body === "string" ? body : JSON.stringify(body),
  });
  return read(await management.fetch(request));
}

/** A call that must succeed; returns its body. */
export async function must<Body = Record<string, never>>(
  method: string,
  path: string,
  body?: unknown,
  options: CallOptions = {},
): Promise<Body> {
  const answer = await call<Body>(method, path, body, options);
  if (answer.status >= 300) {
    throw new Error(`${method} ${path} answered ${answer.status}: ${answer.text}`);
  }
  return answer.body;
}

/** A call that must fail; returns the problem. */
export async function fails(
  status: number,
  method: string,
  path: string,
  body?: unknown,
  options: CallOptions = {},
): Promise<Problem> {
  const answer = await call<Problem>(method, path, body, options);
  if (answer.status !== status) {
    throw new Error(`${method} ${path} answered ${answer.status} instead of ${status}: ${answer.text}`);
  }
  return answer.body;
}

/** A call of the agents' API. */
export async function agentCall<Body = Record<string, never>>(
  method: string,
  path: string,
  token: string,
  body?: unknown,
): Promise<Answer<Body>> {
  return read(await agentFetch(method, path, token, body));
}

export function agentFetch(
  method: string,
  path: string,
  token: string,
  body?: unknown,
  signal?: AbortSignal,
): Promise<Response> {
  const request = new Request(`http://portal.test/api/gateway${path}`, {
    method,
    headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
    body: body === undefined ? null : JSON.stringify(body),
    signal: signal ?? null,
  });
  return Promise.resolve(agents.fetch(request));
}

/** Makes a person with roles in a team (made when it is missing) and gives back a token of theirs. */
export async function makePerson(name: string, team: string, ...roles: Role[]): Promise<string> {
  const existing = await call("GET", `/teams/${team}`);
  if (existing.status === 404) {
    await must("POST", "/teams", { slug: team, name: team });
  }
  const email = `${name}@gatehouse.test`;
  const { id } = await must<{ id: string }>("POST", "/users", {
    name,
    email,
    password: "correct horse battery",
    team,
    roles,
  });
  const { database } = await import("@/lib/database");
  const { sha256Hex } = await import("@/lib/crypto/hash");
  const user = await database().user.findUniqueOrThrow({ where: { publicId: id }, select: { id: true } });
  const token = `ghp_token_of_${name}`;
  await database().personalAccessToken.create({
    data: { publicId: `tok_${name}`, userId: user.id, name: "tests", hash: sha256Hex(token), prefix: "ghp_" },
  });
  return token;
}

/** A small valid document with the given operations. */
export function openApi(...operations: readonly string[]): string {
  const paths: Record<string, Record<string, unknown>> = {};
  for (const operation of operations) {
    const [method = "get", path = "/"] = operation.split(" ");
    const parameters = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => ({
      name,
      in: "path",
      required: true,
      schema: { type: "string" },
    }));
    paths[path] = {
      ...paths[path],
      [method.toLowerCase()]: { parameters, responses: { "200": { description: "ok" } } },
    };
  }
  return JSON.stringify({ openapi: "3.1.0", info: { title: "Orders", version: "1" }, paths });
}

export interface Shop {
  readonly application: string;
  readonly subscription: string;
  readonly keyId: string;
  readonly key: string;
}

/** API "orders" v1, product "shop", plan "gold", a subscribed application with a key. */
export async function makeShop(): Promise<Shop> {
  await must("POST", "/apis", { slug: "orders", name: "Orders" });
  await must("POST", "/apis/orders/versions", {
    version: "v1",
    document: openApi("GET /orders", "POST /orders", "GET /orders/{id}"),
    upstream: { targets: [{ url: "http://127.0.0.1:9000" }] },
  });
  await must("POST", "/products", { slug: "shop", name: "Shop", versions: [{ api: "orders", version: "v1" }] });
  await must("POST", "/products/shop/plans", {
    slug: "gold",
    name: "Gold",
    approval: "automatic",
    limits: [{ name: "burst", algorithm: "fixed-window", quota: 10, windowSeconds: 60 }],
  });
  const application = await must<{ id: string }>("POST", "/applications", { name: "Till" });
  const subscription = await must<{ id: string }>("POST", "/subscriptions", {
    application: application.id,
    product: "shop",
    plan: "gold",
  });
  const key = await must<{ id: string; key: string }>("POST", `/applications/${application.id}/keys`, {});
  return { application: application.id, subscription: subscription.id, keyId: key.id, key: key.key };
}

async function read<Body>(response: Response): Promise<Answer<Body>> {
  const text = await response.text();
  const json = text !== "" && (response.headers.get("content-type") ?? "").includes("json");
  return {
    status: response.status,
    headers: response.headers,
    text,
    body: (json ? JSON.parse(text) : undefined) as Body,
  };
}

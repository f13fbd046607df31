import { readFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import path from "node:path";
import { expect, type Page } from "@playwright/test";

export interface Addresses {
  readonly gateway: string;
  readonly status: string;
  readonly adminEmail: string;
  readonly adminPassword: string;
  readonly adminToken: string;
  readonly tlsPort: number;
}

/** What playwright.config.ts chose for this run. */
export function addresses(): Addresses {
  return {
    gateway: `http://localhost:${required("E2E_GATEWAY_PORT")}`,
    status: `http://localhost:${required("E2E_STATUS_PORT")}`,
    tlsPort: Number(required("E2E_TLS_PORT")),
    adminEmail: required("E2E_ADMIN_EMAIL"),
    adminPassword: required("E2E_ADMIN_PASSWORD"),
    adminToken: required("E2E_ADMIN_TOKEN"),
  };
}

function required(name: string): string {
  const value = process.env[name];
  if (value === undefined) {
    throw new Error(`${name} is not set: run the journeys through playwright.config.ts`);
  }
  return value;
}

/** A real service behind the gateway; answers every path and counts the calls. */
export class Upstream {
  count = 0;
  private constructor(readonly server: Server) {}

  static async start(): Promise<Upstream> {
    const server = createServer((request, response) => {
      upstream.count += 1;
      response.writeHead(200, { "Content-Type": "application/json" });
      response.end(JSON.stringify({ method: request.method, path: request.url }));
    });
    const upstream = new Upstream(server);
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return upstream;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }
}

export async function signIn(page: Page, email: string, password: string, next = "/console"): Promise<void> {
  await page.goto(`/sign-in?next=${encodeURIComponent(next)}`);
  await page.getByLabel("Email").fill(email);
  await page.getByLabel("Password").fill(password);
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(page).toHaveURL(new RegExp(`${next.replaceAll("/", "\\/")}$`));
}

/** The management API with the admin's token. */
export async function callApi<T>(method: string, address: string, body?: unknown): Promise<T> {
  const portal = required("E2E_PORTAL_PORT");
  const response = await fetch(`http://localhost:${portal}/api/v1${address}`, {
    method,
    headers: { Authorization: `Bearer ${addresses().adminToken}`, "Content-Type": "application/json" },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  if (!response.ok) {
    throw new Error(`${method} ${address} answered ${response.status}: ${text.slice(0, 2_000)}`);
  }
  return (text === "" ? undefined : JSON.parse(text)) as T;
}

/** Publishes production and waits until every node runs the release. @returns its number */
export async function publish(): Promise<number> {
  const { number } = await callApi<{ number: number }>("POST", "/environments/production/releases", {});
  await expect
    .poll(async () => {
      const release = await callApi<{ nodes: { state: string }[] }>(
        "GET",
        `/environments/production/releases/${number}`,
      );
      return release.nodes.map((node) => node.state);
    })
    .toEqual(["active"]);
  return number;
}

export interface Limit {
  readonly name: string;
  readonly algorithm: "fixed-window" | "sliding-window";
  readonly quota: number;
  readonly windowSeconds: number;
}

/** An API with one operation, GET /ping, in a product with one plan, and an application with a key that may call it. */
export async function offerPing(
  slug: string,
  upstreamUrl: string,
  limit: Limit = { name: "hourly", algorithm: "fixed-window", quota: 1_000_000, windowSeconds: 3_600 },
): Promise<{ key: string; url: string; forget: () => Promise<unknown> }> {
  const document = JSON.stringify({
    openapi: "3.1.0",
    info: { title: slug, version: "1" },
    paths: { "/ping": { get: { operationId: "ping", responses: { "200": { description: "Pong." } } } } },
  });
  await callApi("POST", "/apis", { slug, name: slug });
  await callApi("POST", `/apis/${slug}/versions`, {
    version: "v1",
    document,
    upstream: { targets: [{ url: upstreamUrl }] },
  });
  await callApi("POST", "/products", { slug, name: slug, versions: [{ api: slug, version: "v1" }] });
  await callApi("POST", `/products/${slug}/plans`, {
    slug: "all",
    name: "All",
    approval: "automatic",
    limits: [limit],
  });
  const { id } = await callApi<{ id: string }>("POST", "/applications", { name: slug });
  await callApi("POST", "/subscriptions", { application: id, product: slug, plan: "all" });
  const created = await callApi<{ id: string; key: string }>("POST", `/applications/${id}/keys`, {});
  return {
    key: created.key,
    url: `${addresses().gateway}/${slug}/v1/ping`,
    forget: () => callApi("DELETE", `/applications/${id}/keys/${created.id}`),
  };
}

/** Process id of something that `npm start` started: "portal", "gateway". */
export function processOf(name: string): number {
  const file = path.join(required("E2E_DATA_DIR"), "processes.json");
  const record = JSON.parse(readFileSync(file, "utf8")) as Record<string, { pid: number }>;
  const found = Object.entries(record).find(([known]) => known.toLowerCase() === name);
  if (found === undefined) {
    throw new Error(`npm start keeps no process "${name}" among ${Object.keys(record).join(", ")}`);
  }
  return found[1].pid;
}

import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, type Page } from "@playwright/test";

export interface Addresses {
  readonly gateway: string;
  readonly status: string;
  readonly adminEmail: string;
  readonly adminPassword: string;
  readonly adminToken: string;
}

/** What playwright.config.ts chose for this run. */
export function addresses(): Addresses {
  return {
    gateway: `http://localhost:${required("E2E_GATEWAY_PORT")}`,
    status: `http://localhost:${required("E2E_STATUS_PORT")}`,
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

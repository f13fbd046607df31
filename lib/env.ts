import "server-only";
import path from "node:path";
import { z } from "zod";

const origin = z.url({ protocol: /^https?$/ }).transform((text) => new URL(text).origin);
const flag = z.enum(["0", "1"]).transform((text) => text === "1");

const environmentSchema = z.object({
  DATABASE_URL: z.string().min(1),
  GATEHOUSE_SECRET: z.string().min(32),
  GATEHOUSE_PUBLIC_URL: origin.default("http://localhost:3000"),
  GATEHOUSE_GATEWAY_URL: origin.default("http://localhost:8080"),
  GATEHOUSE_ALLOW_PRIVATE_FETCH: flag.default(false),
  GATEHOUSE_TRUSTED_PROXIES: z.coerce.number().int().min(0).max(10).default(0),
  GATEHOUSE_REQUEST_LOG_DAYS: z.coerce.number().int().min(1).max(365).default(7),
  GATEHOUSE_DOCUMENT_WORKER: z.string().default("dist/portal/document-worker.mjs"),
  NODE_ENV: z.string().default("production"),
  NEXTAUTH_SECRET: z.string().min(1).optional(),
  NEXTAUTH_URL: origin.optional(),
  // Read by the bootstrap only.
  GATEHOUSE_ADMIN_EMAIL: z.string().optional(),
  GATEHOUSE_ADMIN_PASSWORD: z.string().optional(),
  GATEHOUSE_ADMIN_TOKEN: z.string().optional(),
  GATEHOUSE_ENROL_TOKEN: z.string().optional(),
  GATEHOUSE_DEMO: flag.default(false),
  GATEHOUSE_DEMO_UPSTREAM_URL: z.string().optional(),
});

export interface Environment {
  readonly databaseUrl: string;
  /** Encrypts what is secret at rest. */
  readonly secret: string;
  /** Signs and encrypts session cookies. */
  readonly sessionSecret: string;
  /** Origin of the portal, without trailing slash. */
  readonly publicUrl: string;
  /** Origin of the bundled gateway as callers reach it, without trailing slash. */
  readonly gatewayUrl: string;
  readonly allowPrivateFetch: boolean;
  /** How many proxies of one's own stand before the portal, each adding to X-Forwarded-For. */
  readonly trustedProxies: number;
  /** How long the request log is kept. */
  readonly requestLogDays: number;
  /** Absolute path of the program that reads documents: built from lib/documents/document-worker.ts. */
  readonly documentWorker: string;
  /** `next dev`. */
  readonly isDevelopment: boolean;
  /** Whether cookies carry the Secure flag, and with it their prefixed name. */
  readonly secureCookies: boolean;
  readonly adminEmail: string | undefined;
  readonly adminPassword: string | undefined;
  readonly adminToken: string | undefined;
  readonly enrolToken: string | undefined;
  readonly demo: boolean;
  readonly demoUpstreamUrl: string | undefined;
}

let parsed: Environment | undefined;

/**
 * The settings of this process. Read at first use, not at import: a build imports every module and has no settings.
 * @throws Error naming every setting that is missing or wrong
 */
export function env(): Environment {
  parsed ??= readEnvironment(process.env);
  return parsed;
}

/** An empty variable means "not set". */
function readEnvironment(variables: Readonly<Record<string, string | undefined>>): Environment {
  const given = Object.fromEntries(
    Object.entries(variables).filter(([, value]) => value !== undefined && value !== ""),
  );
  const result = environmentSchema.safeParse(given);
  if (!result.success) {
    const wrong = result.error.issues.map((issue) => `${issue.path.join(".")}: ${issue.message}`);
    throw new Error(`The settings are incomplete or wrong. ${wrong.join("; ")}`);
  }
  const value = result.data;
  return {
    databaseUrl: value.DATABASE_URL,
    secret: value.GATEHOUSE_SECRET,
    sessionSecret: value.NEXTAUTH_SECRET ?? value.GATEHOUSE_SECRET,
    publicUrl: value.GATEHOUSE_PUBLIC_URL,
    gatewayUrl: value.GATEHOUSE_GATEWAY_URL,
    allowPrivateFetch: value.GATEHOUSE_ALLOW_PRIVATE_FETCH,
    trustedProxies: value.GATEHOUSE_TRUSTED_PROXIES,
    requestLogDays: value.GATEHOUSE_REQUEST_LOG_DAYS,
    documentWorker: path.resolve(/* turbopackIgnore: true */ process.cwd(), value.GATEHOUSE_DOCUMENT_WORKER),
    isDevelopment: value.NODE_ENV === "development",
    secureCookies: (value.NEXTAUTH_URL ?? value.GATEHOUSE_PUBLIC_URL).startsWith("https://"),
    adminEmail: value.GATEHOUSE_ADMIN_EMAIL,
    adminPassword: value.GATEHOUSE_ADMIN_PASSWORD,
    adminToken: value.GATEHOUSE_ADMIN_TOKEN,
    enrolToken: value.GATEHOUSE_ENROL_TOKEN,
    demo: value.GATEHOUSE_DEMO,
    demoUpstreamUrl: value.GATEHOUSE_DEMO_UPSTREAM_URL,
  };
}

import { createHash } from "node:crypto";
import { z } from "zod";
import type {
  ApiVersionSnapshot,
  AttachedPolicy,
  LimitSnapshot,
  OperationSnapshot,
  Snapshot,
} from "../../compiler/snapshot";
import { upstreamSettingsShape } from "../../compiler/upstream-settings";
import {
  calendarPeriods,
  limitAlgorithms,
  limitCounts,
  limitModes,
  limitScopes,
  limitUnits,
} from "../../contract/bundle";
import type { CredentialEntry } from "../../contract/credentials";

/**
 * The gateway file: an environment as a person writes it, for a gateway without a portal. Names stand for what they name, across edits:
 * renaming a limit begins it anew, moving it does not.
 */
const slug = z.string().regex(/^[a-z0-9][a-z0-9._-]{0,62}$/, "lower-case letters, digits, dots, dashes; at most 63");

const policySchema = z.strictObject({
  policy: z.string(),
  config: z.record(z.string(), z.unknown()).default({}),
  enabled: z.boolean().optional(),
  before: z.array(z.string()).optional(),
  after: z.array(z.string()).optional(),
});

const METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"] as const;

const operationSchema = z.union([
  z
    .string()
    .regex(/^[A-Z]+ \/\S*$/, 'a method and a path, such as "GET /items/{id}"')
    .transform((text) => {
      const space = text.indexOf(" ");
      return { method: text.slice(0, space), path: text.slice(space + 1) };
    })
    .pipe(z.object({ method: z.enum(METHODS), path: z.string() })),
  z.strictObject({
    method: z.enum(METHODS),
    path: z.string().startsWith("/"),
    key: z.string().optional(),
    policies: z.array(policySchema).optional(),
  }),
]);

const timeout = z.number().int().min(1).max(3_600_000).optional();
const fullUpstreamSchema = z.strictObject({
  targets: z
    .array(
      z.union([
        z.string(),
        z.strictObject({
          url: z.string(),
          weight: z.number().int().min(0).max(1000).default(1),
          pool: z.string().optional(),
        }),
      ]),
    )
    .min(1),
  connectTimeoutMs: timeout,
  sendTimeoutMs: timeout,
  readTimeoutMs: timeout,
  ...upstreamSettingsShape,
});
/** An address, when there is nothing else to say. */
const upstreamSchema = z.union([
  z.string().transform((url): z.output<typeof fullUpstreamSchema> => ({ targets: [url] })),
  fullUpstreamSchema,
]);

const apiSchema = z.strictObject({
  name: slug,
  version: slug.default("v1"),
  basePath: z.string(),
  upstream: upstreamSchema,
  /** What is served; anything else is 404. */
  operations: z.array(operationSchema).optional(),
  /** An OpenAPI document (YAML or JSON) beside the gateway file, whose paths are served. */
  openapi: z.string().optional(),
  /** Calls need no key, and no limit of a plan holds. */
  open: z.boolean().default(false),
  policies: z.array(policySchema).default([]),
});

const limitSchema = z.strictObject({
  name: z.string(),
  algorithm: z.enum(limitAlgorithms).default("sliding-window"),
  quota: z.number().int().positive(),
  windowSeconds: z.number().int().nonnegative().default(0),
  scope: z.enum(limitScopes).default("subscription"),
  burst: z.number().int().positive().optional(),
  unit: z.enum(limitUnits).optional(),
  mode: z.enum(limitModes).optional(),
  counts: z.enum(limitCounts).optional(),
  header: z.string().optional(),
  claim: z.string().optional(),
  period: z.enum(calendarPeriods).optional(),
  timeZone: z.string().optional(),
  costs: z.record(z.string(), z.number().int().nonnegative()).optional(),
  operationQuotas: z.record(z.string(), z.number().int().positive()).optional(),
});

const planSchema = z.strictObject({
  name: slug,
  /** "name" or "name/version"; all APIs when absent. */
  apis: z.array(z.string()).optional(),
  limits: z.array(limitSchema).default([]),
  policies: z.array(policySchema).default([]),
});

const keySchema = z.union([
  z.string().min(16, "at least 16 characters: `gatehouse-gateway new-key` makes one"),
  z.strictObject({ sha256: z.string().regex(/^[0-9a-f]{64}$/), expires: z.iso.datetime().optional() }),
]);

const applicationSchema = z.strictObject({
  name: slug,
  plans: z.array(slug).min(1),
  keys: z.array(keySchema),
});

export const gatewayFileSchema = z.strictObject({
  environment: slug.default("production"),
  /** Origin of a web application that may call every API from the browser, and the start of links in refusals. */
  portalUrl: z.string().default(""),
  policies: z.array(policySchema).default([]),
  apis: z.array(apiSchema),
  plans: z.array(planSchema).default([]),
  applications: z.array(applicationSchema).default([]),
});

export type GatewayFile = z.output<typeof gatewayFileSchema>;
type Api = GatewayFile["apis"][number];

/** Something in the file that its schema cannot see; the message is a sentence without a full stop. */
export class GatewayFileWrong extends Error {
  override readonly name = "GatewayFileWrong";
}

/**
 * @param readDocument the parsed OpenAPI document of that name
 * @throws GatewayFileWrong
 */
export function toSnapshot(file: GatewayFile, readDocument: (name: string) => unknown): Snapshot {
  const ids = new Identifiers();
  return {
    environment: file.environment,
    portalUrl: file.portalUrl,
    policies: file.policies,
    apiVersions: file.apis.map((api) => toApiVersion(api, ids, readDocument)),
    plans: file.plans.map(({ name, apis, limits, policies }) => ({
      id: ids.of("plan", name),
      product: file.environment,
      plan: name,
      policies,
      limits: limits.map((limit): LimitSnapshot => ({ ...limit, id: ids.of("limit", `${name} ${limit.name}`) })),
      apiVersionIds: coveredBy(name, apis, file.apis).map((api) => ids.of("api", labelOf(api))),
    })),
  };
}

/** @throws GatewayFileWrong */
export function toCredentials(file: GatewayFile): Omit<CredentialEntry, "sequence">[] {
  const ids = new Identifiers();
  const owners = new Map<string, string>();
  return file.applications.flatMap(({ name, plans, keys }) => {
    const subscriptions = plans.map((plan) => {
      if (!file.plans.some((known) => known.name === plan)) {
        throw new GatewayFileWrong(`application ${name} has the plan "${plan}", which the file does not define`);
      }
      return { id: ids.of("subscription", `${name} ${plan}`), plan: ids.of("plan", plan) };
    });
    return keys.map((key) => {
      const hash = typeof key === "string" ? createHash("sha256").update(key).digest("hex") : key.sha256;
      const owner = owners.get(hash);
      if (owner !== undefined) {
        throw new GatewayFileWrong(`the same key stands in applications ${owner} and ${name}`);
      }
      owners.set(hash, name);
      const expires = typeof key === "string" ? undefined : key.expires;
      return {
        hash,
        credential: ids.of("credential", hash),
        application: ids.of("application", name),
        subscriptions,
        expiresAt: expires === undefined ? null : Math.floor(Date.parse(expires) / 1000),
        state: "active" as const,
      };
    });
  });
}

interface WrittenOperation {
  readonly method: string;
  readonly path: string;
  readonly key?: string | undefined;
  readonly policies?: readonly AttachedPolicy[] | undefined;
}

/** Without it nobody is known, and what needs to know a caller goes too. */
const NO_KEY = { policy: "key-auth", config: {}, enabled: false };

function toApiVersion(api: Api, ids: Identifiers, readDocument: (name: string) => unknown): ApiVersionSnapshot {
  const label = labelOf(api);
  const id = ids.of("api", label);
  const { targets, connectTimeoutMs, sendTimeoutMs, readTimeoutMs, ...settings } = api.upstream;
  const document = api.openapi === undefined ? undefined : readDocument(api.openapi);
  const operations = api.openapi === undefined ? [] : operationsOf(document, api.openapi);
  return {
    id,
    api: api.name,
    // One person writes the file: no team can take calls from another.
    team: "file",
    version: api.version,
    basePath: api.basePath.replace(/\/+$/, ""),
    policies: api.open ? [...api.policies, NO_KEY] : api.policies,
    ...(document !== undefined && { document }),
    operations: [...operations, ...(api.operations ?? [])].map((operation: WrittenOperation): OperationSnapshot => {
      const { method, path } = operation;
      const { key = `${method} ${path}`, policies } = operation;
      const id = ids.of("operation", `${label} ${key}`);
      return { id, key, method, path, ...(policies !== undefined && { policies }) };
    }),
    upstream: {
      id,
      targets: targets.map((target) => (typeof target === "string" ? { url: target, weight: 1 } : target)),
      ...(connectTimeoutMs !== undefined && { connectTimeoutMs }),
      ...(sendTimeoutMs !== undefined && { sendTimeoutMs }),
      ...(readTimeoutMs !== undefined && { readTimeoutMs }),
      ...(Object.keys(settings).length > 0 && { settings }),
    },
  };
}

function labelOf({ name, version }: Pick<Api, "name" | "version">): string {
  return `${name}/${version}`;
}

function coveredBy(plan: string, wanted: readonly string[] | undefined, apis: readonly Api[]): readonly Api[] {
  if (wanted === undefined) {
    return apis;
  }
  return wanted.flatMap((name) => {
    const found = apis.filter((api) => api.name === name || labelOf(api) === name);
    if (found.length === 0) {
      throw new GatewayFileWrong(`plan ${plan} covers "${name}", which the file does not define`);
    }
    return found;
  });
}

const documentSchema = z.looseObject({
  paths: z.record(z.string(), z.record(z.string(), z.unknown())).default({}),
});
const documentOperationSchema = z.looseObject({ operationId: z.string().optional() });

function operationsOf(document: unknown, name: string): { method: string; path: string; key?: string }[] {
  const parsed = documentSchema.safeParse(document);
  if (!parsed.success) {
    throw new GatewayFileWrong(`${name} is not an OpenAPI document with paths`);
  }
  return Object.entries(parsed.data.paths).flatMap(([path, item]) => {
    if (Object.hasOwn(item, "$ref")) {
      throw new GatewayFileWrong(`${name}: the path ${path} is a $ref, which is not followed here`);
    }
    return METHODS.flatMap((method) => {
      const operation = documentOperationSchema.safeParse(item[method.toLowerCase()]);
      const key = operation.success ? operation.data.operationId : undefined;
      return operation.success ? [{ method, path, ...(key !== undefined && { key }) }] : [];
    });
  });
}

/** Numbers for names, the same at every compilation: counters of limits and usage hang on them. */
class Identifiers {
  readonly #taken = new Map<string, string>();

  of(kind: string, name: string): number {
    const digest = createHash("sha256").update(`${kind} ${name}`).digest();
    // 31 bits: a positive integer everywhere.
    const id = (digest.readUInt32BE(0) >>> 1) + 1;
    const slot = `${kind} ${id}`;
    const other = this.#taken.get(slot);
    if (other !== undefined && other !== name) {
      throw new GatewayFileWrong(`the names "${other}" and "${name}" (${kind}) have the same number; rename one`);
    }
    this.#taken.set(slot, name);
    return id;
  }
}

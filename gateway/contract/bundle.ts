import { z } from "zod";
import type {
  ApiVersionChunk,
  ChainStep,
  Chunk,
  Plan,
  PlansChunk,
  RequestLogSettings,
  RouteCondition,
  RouteNode,
  SettingsChunk,
  UpstreamsChunk,
  VersionField,
} from "./bundle-types";
import { limitSchema, zoneTableSchema } from "./limits";
import { upstreamSchema } from "./upstream-schema";

export type * from "./bundle-types";
export * from "./limits";

/**
 * What the control plane compiles and a gateway runs. A manifest is signed; it names content-addressed chunks, so publishing one API
 * re-sends and re-decodes one chunk. A gateway refuses what it does not know, whole: strict objects everywhere.
 */
export const BUNDLE_FORMAT = 1;

const sha256Hex = z.string().regex(/^[0-9a-f]{64}$/, "a SHA-256 in lower-case hex");
const identifier = z.number().int().positive();

export const chunkKinds = ["settings", "plans", "upstreams", "api-version"] as const;

export const chunkReferenceSchema = z.strictObject({
  kind: z.enum(chunkKinds),
  /** For people: "orders v1", "plans". */
  name: z.string(),
  sha256: sha256Hex,
  bytes: z.number().int().nonnegative(),
});

export const manifestSchema = z.strictObject({
  format: z.literal(BUNDLE_FORMAT),
  environment: z.string(),
  release: identifier,
  createdAt: z.iso.datetime(),
  /** A node may go to an older release number only when the manifest says so. */
  rollback: z.boolean(),
  /** Zero APIs is an intent, never an accident: a manifest without API versions must say so. */
  empty: z.boolean(),
  chunks: z.array(chunkReferenceSchema),
});

/** The manifest travels as the exact text that was signed. */
export const signedManifestSchema = z.strictObject({
  manifest: z.string(),
  /** Ed25519 over the UTF-8 bytes of `manifest`, base64. */
  signature: z.string(),
});

export const chainStepSchema = z.strictObject({
  policy: z.string(),
  plan: z.record(z.string(), z.unknown()),
}) satisfies z.ZodType<ChainStep>;

/** Segments of a path template, and so levels of a routing tree. Beyond it the decoders of Node and of the worker would run out of stack. */
export const LONGEST_TEMPLATE = 128;
/** A level is at most a list of patterns, a pattern and its node. */
const DEEPEST_NESTING = (LONGEST_TEMPLATE + 2) * 3;

const routeNodeSchema: z.ZodType<RouteNode> = z.lazy(() =>
  z.strictObject({
    literals: z.record(z.string(), routeNodeSchema).optional(),
    parameter: routeNodeSchema.optional(),
    patterns: z.array(z.strictObject({ texts: z.array(z.string()).min(2), node: routeNodeSchema })).optional(),
    methods: z.record(z.string(), z.number().int().nonnegative()).optional(),
  }),
);

/** Level by level, because a function that calls itself is what a deep document breaks. */
function nestsAtMost(document: unknown, levels: number): boolean {
  let level: unknown[] = [document];
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth > levels) {
      return false;
    }
    level = level.flatMap((value): unknown[] =>
      typeof value === "object" && value !== null ? Object.values(value) : [],
    );
  }
  return true;
}

const routeFieldShape = { from: z.enum(["header", "query", "media-type"]), name: z.string() };

const routeConditionSchema = z.strictObject({
  ...routeFieldShape,
  values: z.array(z.string()).min(1).optional(),
  orAbsent: z.literal(true).optional(),
  prefix: z.string().optional(),
}) satisfies z.ZodType<RouteCondition>;

const versionFieldSchema = z.strictObject({
  ...routeFieldShape,
  isStripped: z.boolean(),
}) satisfies z.ZodType<VersionField>;

export const apiVersionChunkSchema = z.strictObject({
  kind: z.literal("api-version"),
  id: identifier,
  api: z.string(),
  version: z.string(),
  basePath: z.string(),
  hosts: z.array(z.string()).min(1).optional(),
  conditions: z.array(routeConditionSchema).min(1).optional(),
  rank: z.number().int().nonnegative().optional(),
  versionField: versionFieldSchema.optional(),
  keepsBasePath: z.literal(true).optional(),
  upstream: identifier,
  operations: z.array(z.strictObject({ id: identifier, key: z.string(), chain: z.number().int().nonnegative() })),
  chains: z.array(z.array(chainStepSchema)),
  schemas: z.array(z.record(z.string(), z.unknown())).min(1).optional(),
  routes: z
    .unknown()
    .refine((routes) => nestsAtMost(routes, DEEPEST_NESTING), "routes deeper than any path template")
    .pipe(routeNodeSchema),
}) satisfies z.ZodType<ApiVersionChunk>;

export const planSchema = z.strictObject({
  id: identifier,
  product: z.string(),
  plan: z.string(),
  limits: z.array(limitSchema),
  grants: z.array(identifier),
  chain: z.array(chainStepSchema).optional(),
}) satisfies z.ZodType<Plan>;

export const plansChunkSchema = z.strictObject({
  kind: z.literal("plans"),
  zones: z.record(z.string(), zoneTableSchema).optional(),
  plans: z.array(planSchema),
}) satisfies z.ZodType<PlansChunk>;

export const upstreamsChunkSchema = z.strictObject({
  kind: z.literal("upstreams"),
  upstreams: z.array(upstreamSchema),
}) satisfies z.ZodType<UpstreamsChunk>;

export const requestLogSettingsSchema = z.strictObject({
  sampleEvery: z.number().int().min(0).max(1_000_000),
  clientAddress: z.enum(["full", "network", "none"]),
}) satisfies z.ZodType<RequestLogSettings>;

export const settingsChunkSchema = z.strictObject({
  kind: z.literal("settings"),
  environment: z.string(),
  portalUrl: z.string(),
  chain: z.array(chainStepSchema),
  requestLog: requestLogSettingsSchema.optional(),
}) satisfies z.ZodType<SettingsChunk>;

export const chunkSchema = z.discriminatedUnion("kind", [
  apiVersionChunkSchema,
  plansChunkSchema,
  upstreamsChunkSchema,
  settingsChunkSchema,
]) satisfies z.ZodType<Chunk>;

export type ChunkReference = z.infer<typeof chunkReferenceSchema>;
export type Manifest = z.infer<typeof manifestSchema>;
export type SignedManifest = z.infer<typeof signedManifestSchema>;

import { z } from "zod";
import type {
  ApiVersionChunk,
  ChainStep,
  Chunk,
  Limit,
  Plan,
  PlansChunk,
  RouteNode,
  SettingsChunk,
  Target,
  Upstream,
  UpstreamsChunk,
} from "./bundle-types";

export type * from "./bundle-types";

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

export const apiVersionChunkSchema = z.strictObject({
  kind: z.literal("api-version"),
  id: identifier,
  api: z.string(),
  version: z.string(),
  basePath: z.string(),
  upstream: identifier,
  operations: z.array(z.strictObject({ id: identifier, key: z.string(), chain: z.number().int().nonnegative() })),
  chains: z.array(z.array(chainStepSchema)),
  routes: z
    .unknown()
    .refine((routes) => nestsAtMost(routes, DEEPEST_NESTING), "routes deeper than any path template")
    .pipe(routeNodeSchema),
}) satisfies z.ZodType<ApiVersionChunk>;

export const limitAlgorithms = ["fixed-window", "sliding-window"] as const;
export const limitScopes = ["subscription", "application", "operation", "address"] as const;

export const limitSchema = z.strictObject({
  id: identifier,
  name: z.string().regex(/^[A-Za-z0-9 ._-]{1,64}$/, "letters, digits, spaces, dots, dashes; at most 64"),
  algorithm: z.enum(limitAlgorithms),
  quota: z.number().int().positive(),
  windowSeconds: z.number().int().positive(),
  scope: z.enum(limitScopes),
}) satisfies z.ZodType<Limit>;

export const planSchema = z.strictObject({
  id: identifier,
  product: z.string(),
  plan: z.string(),
  limits: z.array(limitSchema),
  grants: z.array(identifier),
}) satisfies z.ZodType<Plan>;

export const plansChunkSchema = z.strictObject({
  kind: z.literal("plans"),
  plans: z.array(planSchema),
}) satisfies z.ZodType<PlansChunk>;

export const targetSchema = z.strictObject({
  scheme: z.enum(["http", "https"]),
  host: z.string(),
  port: z.number().int().min(1).max(65535),
  path: z.string(),
  weight: z.number().int().min(0),
}) satisfies z.ZodType<Target>;

export const upstreamSchema = z.strictObject({
  id: identifier,
  targets: z.array(targetSchema).min(1),
  sequence: z.array(z.number().int().nonnegative()).min(1),
  connectTimeoutMs: z.number().int().positive(),
  sendTimeoutMs: z.number().int().positive(),
  readTimeoutMs: z.number().int().positive(),
}) satisfies z.ZodType<Upstream>;

export const upstreamsChunkSchema = z.strictObject({
  kind: z.literal("upstreams"),
  upstreams: z.array(upstreamSchema),
}) satisfies z.ZodType<UpstreamsChunk>;

export const settingsChunkSchema = z.strictObject({
  kind: z.literal("settings"),
  environment: z.string(),
  portalUrl: z.string(),
  chain: z.array(chainStepSchema),
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

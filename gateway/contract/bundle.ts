import { z } from "zod";

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

/** One step of an operation's chain: a policy and its frozen plan, as made by the policy's `plan.ts`. */
export const chainStepSchema = z.strictObject({ policy: z.string(), plan: z.record(z.string(), z.unknown()) });

export type ChainStep = z.infer<typeof chainStepSchema>;

/**
 * A node of the routing tree of one API version, below its base path. The compiler makes it free of backtracking: a literal child
 * already holds whatever its parameter sibling would have matched.
 */
export interface RouteNode {
  readonly literals?: Readonly<Record<string, RouteNode>>;
  readonly parameter?: RouteNode;
  /** Segments that mix text and parameters ("{id}.json"), most specific first. */
  readonly patterns?: readonly RoutePattern[];
  /** Method → index into `operations`. */
  readonly methods?: Readonly<Record<string, number>>;
}

export interface RoutePattern {
  /** The fixed texts around and between the parameters: "{a}...{b}.zip" is ["", "...", ".zip"]. Each parameter takes at least one byte. */
  readonly texts: readonly string[];
  readonly node: RouteNode;
}

const routeNodeSchema: z.ZodType<RouteNode> = z.lazy(() =>
  z.strictObject({
    literals: z.record(z.string(), routeNodeSchema).optional(),
    parameter: routeNodeSchema.optional(),
    patterns: z.array(z.strictObject({ texts: z.array(z.string()).min(2), node: routeNodeSchema })).optional(),
    methods: z.record(z.string(), z.number().int().nonnegative()).optional(),
  }),
);

export const apiVersionChunkSchema = z.strictObject({
  kind: z.literal("api-version"),
  id: identifier,
  api: z.string(),
  version: z.string(),
  /** Without trailing slash; "" serves the root. */
  basePath: z.string(),
  upstream: identifier,
  operations: z.array(z.strictObject({ id: identifier, key: z.string(), chain: z.number().int().nonnegative() })),
  chains: z.array(z.array(chainStepSchema)),
  routes: routeNodeSchema,
});

export const limitAlgorithms = ["fixed-window", "sliding-window"] as const;
export const limitScopes = ["subscription", "application", "operation", "address"] as const;

export const limitSchema = z.strictObject({
  /** Stable across releases: the counter belongs to it, so a changed quota keeps what was already used. */
  id: identifier,
  /** Callers see it in RateLimit fields, inside quotes. */
  name: z.string().regex(/^[A-Za-z0-9 ._-]{1,64}$/, "letters, digits, spaces, dots, dashes; at most 64"),
  algorithm: z.enum(limitAlgorithms),
  quota: z.number().int().positive(),
  windowSeconds: z.number().int().positive(),
  scope: z.enum(limitScopes),
});

export const planSchema = z.strictObject({
  id: identifier,
  product: z.string(),
  plan: z.string(),
  limits: z.array(limitSchema),
  /** Ids of the API versions that the plan's product offers. */
  grants: z.array(identifier),
});

export const plansChunkSchema = z.strictObject({ kind: z.literal("plans"), plans: z.array(planSchema) });

export const targetSchema = z.strictObject({
  scheme: z.enum(["http", "https"]),
  /** Name or address; IPv6 without brackets. */
  host: z.string(),
  port: z.number().int().min(1).max(65535),
  /** Prefix of the upstream path, without trailing slash. */
  path: z.string(),
  weight: z.number().int().min(0),
});

export const upstreamSchema = z.strictObject({
  id: identifier,
  targets: z.array(targetSchema).min(1),
  /** Indexes into `targets`: one cycle of smooth weighted round robin. */
  sequence: z.array(z.number().int().nonnegative()).min(1),
  connectTimeoutMs: z.number().int().positive(),
  sendTimeoutMs: z.number().int().positive(),
  readTimeoutMs: z.number().int().positive(),
});

export const upstreamsChunkSchema = z.strictObject({
  kind: z.literal("upstreams"),
  upstreams: z.array(upstreamSchema),
});

export const settingsChunkSchema = z.strictObject({
  kind: z.literal("settings"),
  environment: z.string(),
  /** Origin of the portal without trailing slash: refusals link to it. */
  portalUrl: z.string(),
  /** Steps that run for every request of the environment before an operation is chosen (CORS preflights, for one). */
  chain: z.array(chainStepSchema),
});

export const chunkSchema = z.discriminatedUnion("kind", [
  apiVersionChunkSchema,
  plansChunkSchema,
  upstreamsChunkSchema,
  settingsChunkSchema,
]);

export type ChunkKind = (typeof chunkKinds)[number];
export type ChunkReference = z.infer<typeof chunkReferenceSchema>;
export type Manifest = z.infer<typeof manifestSchema>;
export type SignedManifest = z.infer<typeof signedManifestSchema>;
export type ApiVersionChunk = z.infer<typeof apiVersionChunkSchema>;
export type LimitAlgorithm = (typeof limitAlgorithms)[number];
export type LimitScope = (typeof limitScopes)[number];
export type Limit = z.infer<typeof limitSchema>;
export type Plan = z.infer<typeof planSchema>;
export type PlansChunk = z.infer<typeof plansChunkSchema>;
export type Target = z.infer<typeof targetSchema>;
export type Upstream = z.infer<typeof upstreamSchema>;
export type UpstreamsChunk = z.infer<typeof upstreamsChunkSchema>;
export type SettingsChunk = z.infer<typeof settingsChunkSchema>;
export type Chunk = z.infer<typeof chunkSchema>;

import { createHash } from "node:crypto";
import { readdir, readFile, unlink } from "node:fs/promises";
import path from "node:path";
import {
  chunkSchema,
  type ChainStep,
  type Chunk,
  type ChunkReference,
  type Manifest,
  type Plan,
  type Upstream,
} from "../../contract/bundle";
import { questionOf } from "../../contract/upstream-question";
import { writeFileAtomically } from "../state/write-file-atomically";
import { ReleaseRefused } from "./release-refused";

const PARALLEL_FETCHES = 4;

/** What the agent itself needs of a chunk; the chunk stays on disk for the workers. */
export interface ChunkFacts {
  /** What must be looked up for the targets of upstreams; addresses among it. */
  readonly questions: readonly string[];
  readonly apiVersion?: { readonly label: string; readonly upstream: number; readonly operations: readonly number[] };
  /** Those whose targets are watched, or that have a canary or a mirror. */
  readonly upstreams?: readonly Upstream[];
  /** Where issuers of tokens serve their keys. */
  readonly keySets?: readonly string[];
  /** Limits in mode shadow, for metrics. */
  readonly shadowedLimits?: readonly ShadowedLimit[];
}

export interface ShadowedLimit {
  readonly id: number;
  /** "product/plan" */
  readonly plan: string;
  readonly name: string;
}

export type FetchChunk = (sha256: string, maxBytes: number) => Promise<Buffer>;

/** Chunks on disk, each under the SHA-256 of its bytes: written once, never changed, fetched only when missing. */
export class ChunkStore {
  /** Chunks that this process has hashed and decoded, so that a publish costs one decode. */
  readonly #checked = new Map<string, ChunkFacts>();

  constructor(
    readonly directory: string,
    readonly knownPolicies: ReadonlySet<string>,
  ) {}

  /**
   * Makes sure that every chunk of a manifest is on disk, whole and decodable.
   * @throws ReleaseRefused, or whatever `fetchChunk` throws
   */
  async ensureAll(manifest: Manifest, fetchChunk: FetchChunk): Promise<ChunkFacts[]> {
    const facts: ChunkFacts[] = [];
    for (let start = 0; start < manifest.chunks.length; start += PARALLEL_FETCHES) {
      const some = manifest.chunks.slice(start, start + PARALLEL_FETCHES);
      facts.push(...(await Promise.all(some.map((reference) => this.#ensure(reference, fetchChunk)))));
    }
    return facts;
  }

  /** Deletes every chunk that none of the manifests names. */
  async keepOnly(manifests: readonly Manifest[]): Promise<void> {
    const wanted = new Set(manifests.flatMap((manifest) => manifest.chunks.map((chunk) => chunk.sha256)));
    for (const name of await readdir(this.directory)) {
      const sha256 = name.slice(0, name.indexOf("."));
      if (!wanted.has(sha256)) {
        await unlink(path.join(this.directory, name));
        this.#checked.delete(sha256);
      }
    }
  }

  async #ensure(reference: ChunkReference, fetchChunk: FetchChunk): Promise<ChunkFacts> {
    const checked = this.#checked.get(reference.sha256);
    if (checked !== undefined) {
      return checked;
    }
    const file = path.join(this.directory, `${reference.sha256}.json`);
    const stored = await readFile(file).catch(() => undefined);
    const isStored = stored !== undefined && hashOf(stored) === reference.sha256;
    const bytes = isStored ? stored : await fetchChunk(reference.sha256, reference.bytes);
    const facts = factsOf(checkChunk(reference, bytes, this.knownPolicies));
    if (!isStored) {
      await writeFileAtomically(file, bytes);
    }
    this.#checked.set(reference.sha256, facts);
    return facts;
  }
}

/**
 * Decodes a chunk as strictly as it is run.
 * @throws ReleaseRefused when it is not the one that the manifest names, or holds anything unknown
 */
export function checkChunk(reference: ChunkReference, bytes: Buffer, knownPolicies: ReadonlySet<string>): Chunk {
  const name = `chunk "${reference.name}" (${reference.sha256.slice(0, 12)})`;
  if (bytes.length !== reference.bytes || hashOf(bytes) !== reference.sha256) {
    throw new ReleaseRefused("chunk_damaged", `${name} is not the one that the manifest names: size or hash differ`);
  }
  const chunk = decode(bytes, name);
  if (chunk.kind !== reference.kind) {
    throw new ReleaseRefused("chunk_invalid", `${name} is of kind ${chunk.kind}, the manifest says ${reference.kind}`);
  }
  const unknown = stepsOf(chunk).find((step) => !knownPolicies.has(step.policy));
  if (unknown !== undefined) {
    throw new ReleaseRefused(
      "policy_unknown",
      `${name} uses the policy "${unknown.policy}", which this gateway does not know; update the gateway`,
    );
  }
  return chunk;
}

function decode(bytes: Buffer, name: string): Chunk {
  let parsed: unknown;
  try {
    parsed = JSON.parse(bytes.toString("utf8"));
  } catch {
    throw new ReleaseRefused("chunk_invalid", `${name} is not JSON`);
  }
  const decoded = chunkSchema.safeParse(parsed);
  if (!decoded.success) {
    const issue = decoded.error.issues[0];
    throw new ReleaseRefused(
      "chunk_invalid",
      `${name} breaks its schema at ${issue?.path.join(".")}: ${issue?.message}`,
    );
  }
  return decoded.data;
}

/** Every step of a policy in it. */
export function stepsOf(chunk: Chunk): readonly ChainStep[] {
  switch (chunk.kind) {
    case "api-version":
      return chunk.chains.flat();
    case "settings":
      return chunk.chain;
    case "plans":
      return chunk.plans.flatMap(({ chain = [] }) => chain);
    case "upstreams":
      return [];
  }
}

function factsOf(chunk: Chunk): ChunkFacts {
  switch (chunk.kind) {
    case "api-version":
      return {
        questions: [],
        apiVersion: {
          label: `${chunk.api}/${chunk.version}`,
          upstream: chunk.upstream,
          operations: chunk.operations.map(({ id }) => id),
        },
        keySets: keySetsOf(chunk),
      };
    case "upstreams":
      return {
        questions: [...new Set(chunk.upstreams.flatMap(({ targets }) => targets.map(questionOf)))],
        upstreams: chunk.upstreams.filter(
          ({ mirror, split, targets }) =>
            mirror !== undefined || split !== undefined || targets.some(({ key }) => key !== undefined),
        ),
      };
    case "plans":
      return { questions: [], shadowedLimits: chunk.plans.flatMap(shadowedLimitsOf) };
    case "settings":
      return { questions: [] };
  }
}

function keySetsOf(chunk: Chunk): string[] {
  const uris = stepsOf(chunk).flatMap(({ policy, plan }) =>
    policy === "jwt-validation" && typeof plan["jwksUri"] === "string" && plan["jwksUri"] !== ""
      ? [plan["jwksUri"]]
      : [],
  );
  return [...new Set(uris)];
}

function shadowedLimitsOf({ product, plan, limits }: Plan): ShadowedLimit[] {
  return limits
    .filter(({ mode }) => mode === "shadow")
    .map(({ id, name }) => ({ id, plan: `${product}/${plan}`, name }));
}

function hashOf(bytes: Buffer): string {
  return createHash("sha256").update(bytes).digest("hex");
}

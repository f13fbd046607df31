import { createHash } from "node:crypto";
import { readdir, readFile, unlink } from "node:fs/promises";
import path from "node:path";
import { chunkSchema, type ChainStep, type Chunk, type ChunkReference, type Manifest } from "../../contract/bundle";
import { writeFileAtomically } from "../state/write-file-atomically";
import { ReleaseRefused } from "./release-refused";

const PARALLEL_FETCHES = 4;

/** What the agent itself needs of a chunk; the chunk stays on disk for the workers. */
export interface ChunkFacts {
  /** Host names and addresses that upstream targets name. */
  readonly hosts: readonly string[];
  readonly apiVersion?: { readonly label: string; readonly operations: readonly number[] };
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
    const facts = this.#check(reference, bytes);
    if (!isStored) {
      await writeFileAtomically(file, bytes);
    }
    this.#checked.set(reference.sha256, facts);
    return facts;
  }

  #check(reference: ChunkReference, bytes: Buffer): ChunkFacts {
    const name = `chunk "${reference.name}" (${reference.sha256.slice(0, 12)})`;
    if (bytes.length !== reference.bytes || hashOf(bytes) !== reference.sha256) {
      throw new ReleaseRefused("chunk_damaged", `${name} is not the one that the manifest names: size or hash differ`);
    }
    const chunk = decode(bytes, name);
    if (chunk.kind !== reference.kind) {
      throw new ReleaseRefused(
        "chunk_invalid",
        `${name} is of kind ${chunk.kind}, the manifest says ${reference.kind}`,
      );
    }
    const unknown = stepsOf(chunk).find((step) => !this.knownPolicies.has(step.policy));
    if (unknown !== undefined) {
      throw new ReleaseRefused(
        "policy_unknown",
        `${name} uses the policy "${unknown.policy}", which this gateway does not know; update the gateway`,
      );
    }
    return factsOf(chunk);
  }
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

function stepsOf(chunk: Chunk): readonly ChainStep[] {
  switch (chunk.kind) {
    case "api-version":
      return chunk.chains.flat();
    case "settings":
      return chunk.chain;
    case "plans":
    case "upstreams":
      return [];
  }
}

function factsOf(chunk: Chunk): ChunkFacts {
  switch (chunk.kind) {
    case "api-version":
      return {
        hosts: [],
        apiVersion: { label: `${chunk.api}/${chunk.version}`, operations: chunk.operations.map(({ id }) => id) },
      };
    case "upstreams":
      return { hosts: [...new Set(chunk.upstreams.flatMap(({ targets }) => targets.map(({ host }) => host)))] };
    case "plans":
    case "settings":
      return { hosts: [] };
  }
}

function hashOf(bytes: Buffer): string {
  return createHash("sha256").update(bytes).digest("hex");
}

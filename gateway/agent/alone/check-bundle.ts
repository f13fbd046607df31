import { verifyCredentials, verifyManifest } from "../../compiler/sign";
import type { Chunk, Manifest } from "../../contract/bundle";
import { POLICY_NAMES } from "../../policies/index";
import { assertEd25519 } from "../control-plane/identity";
import { describeError } from "../log";
import { checkChunk, stepsOf } from "../releases/chunk-store";
import { openBundle, type BundleSource } from "./bundle-source";
import { describeChains, type ChainSelection } from "./describe-chains";

export interface BundleReport {
  /** Each a sentence without a full stop; none = it may be run. */
  readonly problems: readonly string[];
  /** What is in it, as far as it could be read. */
  readonly summary: readonly string[];
  /** What runs for its operations, where it was asked for. */
  readonly chains: readonly string[];
}

export interface CheckOptions {
  /** PEM; the bundle's own when absent. */
  readonly publicKey?: string | undefined;
  /** Release that a node runs already: an older one is a problem, unless it is a rollback. */
  readonly runs?: number | undefined;
  /** Operations whose chains are told. */
  readonly chains?: ChainSelection | undefined;
}

/** Everything that would keep a gateway from running a bundle, all at once. */
export async function checkBundle(place: string, options: CheckOptions = {}): Promise<BundleReport> {
  const { publicKey, runs } = options;
  const problems: string[] = [];
  const attempt = async <Result>(work: () => Result | Promise<Result>, prefix = ""): Promise<Result | undefined> => {
    try {
      return await work();
    } catch (error) {
      problems.push(`${prefix}${describeError(error)}`);
      return undefined;
    }
  };
  const source = await attempt(() => openBundle(place));
  const parts = source && (await attempt(() => source.readParts()));
  if (source === undefined || parts === undefined) {
    return { problems, summary: [], chains: [] };
  }
  const key = publicKey ?? parts.publicKey;
  if ((await attempt(() => (assertEd25519(key), true))) === undefined) {
    return { problems, summary: [], chains: [] };
  }
  const manifest = await attempt(() => verifyManifest(parts.manifest, key), "manifest: ");
  const credentials = await attempt(() => verifyCredentials(parts.credentials, key), "credentials: ");
  if (manifest === undefined) {
    return { problems, summary: [], chains: [] };
  }
  if (runs !== undefined && manifest.release < runs && !manifest.rollback) {
    problems.push(`release ${manifest.release} is older than release ${runs}, and its manifest is not a rollback`);
  }
  if (credentials !== undefined && credentials.environment !== manifest.environment) {
    problems.push(`the credentials are for environment "${credentials.environment}", not "${manifest.environment}"`);
  }
  const chunks = await readChunks(source, manifest, attempt);
  problems.push(...findLooseEnds(chunks));
  return {
    problems,
    summary: summarise(manifest, chunks, credentials?.entries.length ?? 0),
    chains: options.chains === undefined ? [] : describeChains(chunks, options.chains),
  };
}

type Attempt = <Result>(work: () => Result | Promise<Result>) => Promise<Result | undefined>;

async function readChunks(source: BundleSource, manifest: Manifest, attempt: Attempt): Promise<Chunk[]> {
  const known = new Set<string>(POLICY_NAMES);
  const chunks: Chunk[] = [];
  for (const reference of manifest.chunks) {
    const chunk = await attempt(async () => checkChunk(reference, await source.readChunk(reference.sha256), known));
    if (chunk !== undefined) {
      chunks.push(chunk);
    }
  }
  return chunks;
}

/** What a worker would find when it links the chunks to each other. */
function findLooseEnds(chunks: readonly Chunk[]): string[] {
  const upstreams = new Set(
    chunks.flatMap((chunk) => (chunk.kind === "upstreams" ? chunk.upstreams.map(({ id }) => id) : [])),
  );
  return chunks.flatMap((chunk) =>
    chunk.kind === "api-version" && upstreams.size > 0 && !upstreams.has(chunk.upstream)
      ? [`${chunk.api} ${chunk.version} has the upstream ${chunk.upstream}, which is not in the bundle`]
      : [],
  );
}

function summarise(manifest: Manifest, chunks: readonly Chunk[], credentials: number): string[] {
  const versions = chunks.flatMap((chunk) => (chunk.kind === "api-version" ? [chunk] : []));
  const plans = chunks.flatMap((chunk) => (chunk.kind === "plans" ? chunk.plans : []));
  const policies = [...new Set(chunks.flatMap(stepsOf).map(({ policy }) => policy))].sort();
  return [
    `release      ${manifest.release}${manifest.rollback ? " (rollback)" : ""}, made ${manifest.createdAt}`,
    `environment  ${manifest.environment}`,
    ...versions.map(
      ({ api, version, basePath, operations }) =>
        `API          ${api} ${version} at ${basePath || "/"}: ${count(operations.length, "operation")}`,
    ),
    `plans        ${plans.map(({ product, plan }) => `${product}/${plan}`).join(", ") || "none"}`,
    `policies     ${policies.join(", ") || "none"}`,
    `credentials  ${credentials}`,
  ];
}

export function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? "" : "s"}`;
}

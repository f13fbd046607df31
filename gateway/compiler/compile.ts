import { createHash } from "node:crypto";
import { BUNDLE_FORMAT, chunkSchema, type Chunk, type ChunkKind, type ChunkReference } from "../contract/bundle";
import { checkClaims } from "./check-claims";
import { checkMounts } from "./check-mounts";
import { compileApiVersion } from "./compile-api-version";
import { compilePlans } from "./compile-plans";
import { compileSettings } from "./compile-settings";
import { compileUpstreams } from "./compile-upstreams";
import type { CompileProblem, Snapshot } from "./snapshot";

export interface CompiledChunk {
  readonly kind: ChunkKind;
  /** For people: "orders v1". */
  readonly name: string;
  readonly sha256: string;
  readonly bytes: number;
  readonly text: string;
}

export type CompileResult =
  | { readonly ok: true; readonly chunks: readonly CompiledChunk[] }
  | { readonly ok: false; readonly problems: readonly CompileProblem[] };

/**
 * Compiles an environment into chunks. Pure: the same snapshot gives the same bytes, so an unchanged API keeps its hash and is not
 * sent again. All problems of all parts are reported at once; nothing is ever skipped.
 */
export function compile(snapshot: Snapshot): CompileResult {
  const parts = [
    compileSettings(snapshot),
    ...compilePlans(snapshot),
    ...compileUpstreams(snapshot),
    ...snapshot.apiVersions.map(compileApiVersion),
  ];
  const problems = [...parts.flatMap((part) => part.problems), ...checkMounts(snapshot), ...checkClaims(snapshot)];
  if (problems.length > 0) {
    return { ok: false, problems };
  }
  return { ok: true, chunks: parts.flatMap((part) => (part.chunk ? [encodeChunk(part.name, part.chunk)] : [])) };
}

/**
 * The exact text that gets signed.
 * @param createdAt ISO 8601, UTC
 */
export function buildManifest(release: {
  readonly environment: string;
  readonly release: number;
  readonly createdAt: string;
  readonly rollback: boolean;
  readonly chunks: readonly ChunkReference[];
}): string {
  return JSON.stringify({
    format: BUNDLE_FORMAT,
    environment: release.environment,
    release: release.release,
    createdAt: release.createdAt,
    rollback: release.rollback,
    empty: !release.chunks.some((chunk) => chunk.kind === "api-version"),
    chunks: release.chunks.map(({ kind, name, sha256, bytes }) => ({ kind, name, sha256, bytes })),
  });
}

function encodeChunk(name: string, chunk: Chunk): CompiledChunk {
  // The gateway decodes with the same strict schema: what it would refuse must not leave the compiler.
  const text = JSON.stringify(chunkSchema.parse(chunk));
  const bytes = Buffer.from(text, "utf8");
  return {
    kind: chunk.kind,
    name,
    sha256: createHash("sha256").update(bytes).digest("hex"),
    bytes: bytes.length,
    text,
  };
}

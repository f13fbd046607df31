import "server-only";
import type { CompiledChunk } from "@/gateway/compiler/compile";
import type { Snapshot } from "@/gateway/compiler/snapshot";
import { chunkSchema, type Chunk } from "@/gateway/contract/bundle";
import type { ReleaseChanges } from "@/lib/api-schemas";
import { database, type Transaction } from "@/lib/database";
import { summariseChanges, summarySentence, type Names } from "./summarise-changes";

/** More than anybody reads; the total says how many there are. */
const SHOWN_CHANGES = 500;

export interface Comparison {
  readonly changes: ReleaseChanges;
  /** Every chunk is the one of the release before. */
  readonly unchanged: boolean;
}

/**
 * What a compiled environment changes against its current release. Only chunks that differ are read and decoded.
 * @param releaseId of the current release; null before the first
 */
export async function compareWithRelease(
  releaseId: number | null,
  compiled: readonly Pick<CompiledChunk, "sha256" | "kind" | "text">[],
  names: Names,
  db: Transaction = database(),
): Promise<Comparison> {
  const before = releaseId === null ? [] : await readChunkHashes(db, releaseId);
  const oldHashes = new Set(before.map(({ sha256 }) => sha256));
  const newHashes = new Set(compiled.map(({ sha256 }) => sha256));
  const wanted = before
    .filter(({ sha256, kind }) => kind === "plans" || !newHashes.has(sha256))
    .map(({ sha256 }) => sha256);
  const old = await readChunks(db, wanted);
  const now = compiled
    .filter(({ sha256, kind }) => kind === "plans" || !oldHashes.has(sha256))
    .map(({ text }) => decode(text));
  const known = new Map(names.versions);
  for (const chunk of old) {
    if (chunk.kind === "api-version" && !known.has(chunk.id)) {
      known.set(chunk.id, `${chunk.api} ${chunk.version}`);
    }
  }
  const { changes, affectedPlanIds } = summariseChanges(old, now, { ...names, versions: known });
  const applicationsAffected = await countApplications(db, affectedPlanIds);
  return {
    changes: {
      summary: summarySentence(changes, applicationsAffected),
      applicationsAffected,
      changes: changes.slice(0, SHOWN_CHANGES),
      total: changes.length,
    },
    unchanged: before.length === compiled.length && compiled.every(({ sha256 }) => oldHashes.has(sha256)),
  };
}

export function namesOf(snapshot: Snapshot): Names {
  return {
    versions: new Map(snapshot.apiVersions.map(({ id, api, version }) => [id, `${api} ${version}`])),
    upstreams: new Map(snapshot.apiVersions.map(({ upstream, api, version }) => [upstream.id, `${api} ${version}`])),
  };
}

/** Names from the chunks themselves, for a release whose snapshot is long gone. */
export function namesOfChunks(texts: readonly string[]): Names {
  const versions = texts.map(decode).filter((chunk) => chunk.kind === "api-version");
  return {
    versions: new Map(versions.map(({ id, api, version }) => [id, `${api} ${version}`])),
    upstreams: new Map(versions.map(({ upstream, api, version }) => [upstream, `${api} ${version}`])),
  };
}

async function readChunkHashes(db: Transaction, releaseId: number): Promise<{ sha256: string; kind: string }[]> {
  const rows = await db.releaseChunk.findMany({
    where: { releaseId },
    select: { sha256: true, chunk: { select: { kind: true } } },
  });
  return rows.map(({ sha256, chunk }) => ({ sha256, kind: chunk.kind }));
}

async function readChunks(db: Transaction, hashes: string[]): Promise<Chunk[]> {
  if (hashes.length === 0) {
    return [];
  }
  const rows = await db.chunk.findMany({ where: { sha256: { in: hashes } }, select: { content: true } });
  return rows.map(({ content }) => decode(Buffer.from(content).toString("utf8")));
}

function decode(text: string): Chunk {
  return chunkSchema.parse(JSON.parse(text));
}

async function countApplications(db: Transaction, planIds: readonly number[]): Promise<number> {
  if (planIds.length === 0) {
    return 0;
  }
  const rows = await db.subscription.findMany({
    where: { planId: { in: [...planIds] }, state: "active" },
    distinct: ["applicationId"],
    select: { applicationId: true },
  });
  return rows.length;
}

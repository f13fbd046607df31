import "server-only";
import { compile, type CompiledChunk } from "@/gateway/compiler/compile";
import type { CompileProblem, Snapshot } from "@/gateway/compiler/snapshot";
import type { CreateRelease, ProblemItem, Release, ReleaseCheck } from "@/lib/api-schemas";
import { database, inTransaction } from "@/lib/database";
import { ApiError, notFound } from "@/lib/errors";
import { canPublish, canReadReleases, requirePermission, type Context } from "@/lib/permissions";
import { compareWithRelease, namesOf, namesOfChunks } from "./compare-release";
import { getRelease } from "./read-releases";
import { takeSnapshot } from "./take-snapshot";
import { lockEnvironment, storeChunks, writeRelease, type EnvironmentIdentity } from "./write-release";

const PUBLISHERS_ONLY = "Only owners and admins may publish.";
const TIMEOUT_MS = 120_000;

/**
 * Compiles an environment as it is now and makes it the current release. Agents are told when the transaction commits.
 * @throws ApiError forbidden, not_found, not_publishable with every problem
 */
export async function publishRelease(context: Context, slug: string, input: CreateRelease): Promise<Release> {
  requirePermission(canPublish(context.actor), PUBLISHERS_ONLY);
  const environment = await findEnvironment(slug);
  const number = await oneAtATime(slug, () => publish(context, environment, input.note ?? ""));
  return getRelease(context, slug, number);
}

/** Publishes without asking for permission. @returns the release's number */
export function publish(context: Context, environment: EnvironmentIdentity, note: string): Promise<number> {
  return inTransaction(
    async (transaction) => {
      await lockEnvironment(transaction, environment.id);
      // On another connection: its moment lies after the lock was taken, and holds everything committed until then.
      const snapshot = await takeSnapshot(environment.slug);
      const chunks = compileOrRefuse(snapshot);
      const current = await currentReleaseId(environment.id);
      const { changes } = await compareWithRelease(current, chunks, namesOf(snapshot), transaction);
      await storeChunks(transaction, chunks);
      return writeRelease(transaction, context, { environment, chunks, note, changes });
    },
    { timeoutMs: TIMEOUT_MS },
  );
}

/** What publishing now would change, and what keeps it from being published. @throws ApiError forbidden, not_found */
export async function checkRelease(context: Context, slug: string): Promise<ReleaseCheck> {
  requirePermission(canReadReleases(context.actor), PUBLISHERS_ONLY);
  const environment = await findEnvironment(slug);
  const snapshot = await takeSnapshot(slug);
  const compiled = compile(snapshot);
  if (!compiled.ok) {
    return { ok: false, problems: compiled.problems.map(toProblemItem), changes: null, unchanged: false };
  }
  const current = await currentReleaseId(environment.id);
  const { changes, unchanged } = await compareWithRelease(current, compiled.chunks, namesOf(snapshot));
  return { ok: true, problems: [], changes, unchanged };
}

/**
 * Brings back the content of an older release, as a new one: numbers only grow, so every node takes it up like any other.
 * @throws ApiError forbidden, not_found
 */
export async function restoreRelease(
  context: Context,
  slug: string,
  number: number,
  input: CreateRelease,
): Promise<Release> {
  requirePermission(canPublish(context.actor), PUBLISHERS_ONLY);
  const environment = await findEnvironment(slug);
  const created = await oneAtATime(slug, () =>
    inTransaction(
      async (transaction) => {
        await lockEnvironment(transaction, environment.id);
        const chunks = await readReleaseChunks(environment.id, number);
        const names = namesOfChunks(chunks.map(({ text }) => text));
        const current = await currentReleaseId(environment.id);
        const { changes } = await compareWithRelease(current, chunks, names, transaction);
        const note = input.note ?? "";
        return writeRelease(transaction, context, { environment, chunks, note, changes, restoredFrom: number });
      },
      { timeoutMs: TIMEOUT_MS },
    ),
  );
  return getRelease(context, slug, created);
}

/** @throws ApiError not_found */
export async function findEnvironment(slug: string): Promise<EnvironmentIdentity> {
  const row = await database().environment.findUnique({
    where: { slug },
    select: { id: true, slug: true, name: true },
  });
  if (row === null) {
    throw notFound("environment", slug);
  }
  return row;
}

async function currentReleaseId(environmentId: number): Promise<number | null> {
  const row = await database().environment.findUniqueOrThrow({
    where: { id: environmentId },
    select: { currentReleaseId: true },
  });
  return row.currentReleaseId;
}

function compileOrRefuse(snapshot: Snapshot): readonly CompiledChunk[] {
  const compiled = compile(snapshot);
  if (!compiled.ok) {
    const problems = compiled.problems.map(toProblemItem);
    const [only] = problems;
    const detail =
      problems.length === 1 && only !== undefined ? only.message : `There are ${problems.length} problems.`;
    throw new ApiError("not_publishable", detail, problems);
  }
  return compiled.chunks;
}

function toProblemItem({ code, message, place }: CompileProblem): ProblemItem {
  return { code, message, place };
}

async function readReleaseChunks(environmentId: number, number: number): Promise<CompiledChunk[]> {
  const release = await database().release.findUnique({
    where: { environmentId_number: { environmentId, number } },
    select: { chunks: { orderBy: { position: "asc" }, select: { name: true, sha256: true, chunk: true } } },
  });
  if (release === null) {
    throw notFound("release", String(number));
  }
  return release.chunks.map(({ name, sha256, chunk }) => ({
    kind: chunk.kind as CompiledChunk["kind"],
    name,
    sha256,
    bytes: chunk.bytes,
    text: Buffer.from(chunk.content).toString("utf8"),
  }));
}

const queues = new Map<string, Promise<unknown>>();

/**
 * Publishes of an environment queue up here before they take a connection each: the lock in the database is what counts, but whoever
 * waits for it holds a connection, and the one who has it needs a second.
 */
function oneAtATime<Result>(slug: string, work: () => Promise<Result>): Promise<Result> {
  const result = (queues.get(slug) ?? Promise.resolve()).then(work, work);
  queues.set(slug, result);
  return result;
}

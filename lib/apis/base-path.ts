import "server-only";
import { findMountConflict, type Mount, type MountConflict } from "@/gateway/compiler/check-mounts";
import { conditionsOf } from "@/gateway/compiler/conditions";
import type { RoutingSettings, Versioning } from "@/gateway/compiler/routing-settings";
import type { ProblemItem } from "@/lib/api-schemas/common";
import { database, type Transaction } from "@/lib/database";
import { ApiError } from "@/lib/errors";
import { canReadApi, type Actor } from "@/lib/permissions";
import type { Visibility } from "@/prisma/client/client";
import { readRouting, readVersioning } from "./routing";

/** Held from looking at everybody's base paths until commit: two that stand in each other's way would each see neither. */
const BASE_PATHS_LOCK = 720_226_007;

export async function lockBasePaths(transaction: Transaction): Promise<void> {
  await transaction.$executeRaw`SELECT pg_advisory_xact_lock(${BASE_PATHS_LOCK})`;
}

/** A version as it is to be. */
export interface PlannedVersion {
  readonly version: string;
  readonly basePath: string;
  readonly routing: RoutingSettings;
}

interface OtherVersion {
  readonly name: string;
  readonly version: string;
  readonly base_path: string;
  readonly routing: unknown;
  readonly versioning: unknown;
  readonly visibility: Visibility;
  readonly team_id: number;
}

interface Conflict {
  readonly kind: MountConflict;
  readonly own: PlannedVersion;
  readonly other: OtherVersion;
}

/**
 * Refuses a version that the gateway could not tell from another, or that would take calls from one of another team, or that one from it
 * (gateway/compiler/check-mounts.ts).
 * @param ownId the version that is there already is not its own rival
 * @throws ApiError taken; it names an API only to those who may see it
 */
export async function refuseBasePath(
  actor: Actor,
  api: { readonly teamId: number; readonly versioning: Versioning },
  planned: PlannedVersion,
  { ownId = 0, db = database() }: { readonly ownId?: number; readonly db?: Transaction } = {},
): Promise<void> {
  const others = (await findRelated(planned.basePath, db)).filter(({ id }) => id !== ownId);
  const conflict = pick(findConflicts(api, planned, others));
  if (conflict !== undefined) {
    throw refused(describe(actor, conflict));
  }
}

/**
 * Refuses to give an API to a team, or to tell its versions apart in another way, when they would then stand in each other's way or in
 * that of others.
 * @param place of the field that is to be changed
 * @throws ApiError taken
 */
export async function refuseApiChange(
  actor: Actor,
  apiId: number,
  api: { readonly teamId: number; readonly versioning: Versioning },
  place: "/team" | "/versioning",
  db: Transaction = database(),
): Promise<void> {
  const row = await db.api.findUniqueOrThrow({
    where: { id: apiId },
    select: {
      name: true,
      visibility: true,
      versions: { orderBy: { id: "asc" }, select: { version: true, basePath: true, routing: true } },
    },
  });
  const versions = row.versions.map(({ version, basePath, routing }) => ({
    version,
    basePath,
    routing: readRouting(routing),
  }));
  const siblings = versions.map((version) => ({
    ...{ name: row.name, visibility: row.visibility, team_id: api.teamId, versioning: api.versioning },
    ...{ version: version.version, base_path: version.basePath, routing: version.routing },
  }));
  for (const [index, version] of versions.entries()) {
    const others = (await findRelated(version.basePath, db)).filter(({ api_id: id }) => id !== apiId);
    const conflict = pick(findConflicts(api, version, [...others, ...siblings.slice(0, index)]));
    if (conflict !== undefined) {
      throw refused({ ...describe(actor, conflict), place });
    }
  }
}

/** Every version whose base path is the same, or around or inside: what hosts and conditions make of it is looked at here. */
async function findRelated(
  basePath: string,
  db: Transaction,
): Promise<(OtherVersion & { readonly id: number; readonly api_id: number })[]> {
  return db.$queryRaw`
    SELECT other.id, other.api_id, api.name, other.version, other.base_path, other.routing, api.versioning,
      api.visibility::text, api.team_id
    FROM "api_version" other JOIN "api" ON api.id = other.api_id
    WHERE other.base_path = ${basePath}
      OR starts_with(${basePath}::text || '/', other.base_path || '/')
      OR starts_with(other.base_path || '/', ${basePath}::text || '/')
    ORDER BY other.id`;
}

function findConflicts(
  api: { readonly teamId: number; readonly versioning: Versioning },
  own: PlannedVersion,
  others: readonly OtherVersion[],
): Conflict[] {
  const mount = mountOf(own, api.versioning);
  return others.flatMap((other) => {
    const routing = readRouting(other.routing);
    const version = { version: other.version, basePath: other.base_path, routing };
    const kind = findMountConflict(
      mount,
      mountOf(version, readVersioning(other.versioning)),
      other.team_id === api.teamId,
    );
    return kind === undefined ? [] : [{ kind, own, other }];
  });
}

function mountOf({ version, basePath, routing }: PlannedVersion, versioning: Versioning): Mount {
  return { basePath, hosts: routing.hosts, conditions: conditionsOf({ version, versioning, routing }) };
}

/** What is taken says more than what is only nested. */
function pick(conflicts: readonly Conflict[]): Conflict | undefined {
  return conflicts.find(({ kind }) => kind === "base_path_taken") ?? conflicts[0];
}

function describe(actor: Actor, { kind, own, other }: Conflict): ProblemItem {
  const visible = canReadApi(actor, { visibility: other.visibility, teamId: other.team_id });
  const shown = (basePath: string) => (basePath === "" ? "/" : basePath);
  switch (kind) {
    case "base_path_taken": {
      const name = visible ? `${other.name} ${other.version}` : "Another API";
      const message = `${name} is served under "${shown(own.basePath)}" already.`;
      return { code: kind, message, place: "/basePath" };
    }
    case "conditions_ambiguous": {
      const message = `One request can fit both this version and ${other.name} ${other.version} under "${shown(own.basePath)}", and neither is more specific. Let them ask for values that exclude each other, or one of them for something more.`;
      return { code: kind, message, place: "/routing" };
    }
    case "base_path_nested":
      return { code: kind, message: describeNested(own.basePath, other, visible), place: "/basePath" };
  }
}

function describeNested(basePath: string, other: OtherVersion, visible: boolean): string {
  const name = visible ? `${other.name} ${other.version}, of another team` : "an API of another team";
  const end = "One of the two would take calls from the other.";
  if (basePath === other.base_path) {
    return `${visible ? `${other.name} ${other.version}` : "An API"}${visible ? ", of another team," : " of another team"} is served under this path at hosts that this one would be served at too. ${end}`;
  }
  const inside = basePath.startsWith(`${other.base_path}/`);
  // Of a path that lies inside, the rest would tell what somebody keeps to themselves.
  const under = (inside || visible) && other.base_path !== "" ? `, served under "${other.base_path}"` : "";
  return `This path lies ${inside ? "inside" : "around"} that of ${name}${under}. ${end}`;
}

function refused(problem: ProblemItem): ApiError {
  return new ApiError("taken", problem.message, [problem]);
}

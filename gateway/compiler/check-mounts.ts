import type { RouteCondition } from "../contract/bundle";
import { compareConditions, conditionsOf, fieldKey } from "./conditions";
import { coversHost, patternsOf } from "./hosts";
import type { ApiVersionSnapshot, CompileProblem, Snapshot } from "./snapshot";

/** Where an API version is found. */
export interface Mount {
  readonly basePath: string;
  readonly hosts: readonly string[] | undefined;
  readonly conditions: readonly RouteCondition[];
}

/**
 * - `base_path_taken`: both want the same requests;
 * - `conditions_ambiguous`: one request can fit both, and neither is more specific;
 * - `base_path_nested`: of two teams, one would take calls from the other.
 */
export type MountConflict = "base_path_taken" | "conditions_ambiguous" | "base_path_nested";

/**
 * How two API versions stand in each other's way, if they do. Where one host is named by both, or by none of them, the longer base path
 * takes calls from the one that it lies inside: that is a team's own affair, and refused between teams; the root surrounds everything and
 * counts as nobody's. Where one names a host that the other is only served at among others, the one that names it goes first, whatever the
 * paths: between teams that is refused as soon as the paths touch, the root's too. Under one host and base path conditions decide within
 * a team; between teams the base path is taken.
 */
export function findMountConflict(left: Mount, right: Mount, areOfOneTeam: boolean): MountConflict | undefined {
  let conflict: MountConflict | undefined;
  for (const leftHost of patternsOf(left.hosts)) {
    for (const rightHost of patternsOf(right.hosts)) {
      const found =
        leftHost === rightHost
          ? conflictAtOneHost(left, right, areOfOneTeam)
          : conflictAtTwoHosts(left, leftHost, right, rightHost, areOfOneTeam);
      if (found === "base_path_taken") {
        return found;
      }
      conflict ??= found;
    }
  }
  return conflict;
}

function conflictAtOneHost(left: Mount, right: Mount, areOfOneTeam: boolean): MountConflict | undefined {
  if (left.basePath !== right.basePath) {
    const isNested = isInside(left.basePath, right.basePath) || isInside(right.basePath, left.basePath);
    const touchesRoot = left.basePath === "" || right.basePath === "";
    return isNested && !touchesRoot && !areOfOneTeam ? "base_path_nested" : undefined;
  }
  if (!areOfOneTeam) {
    return "base_path_taken";
  }
  const order = compareConditions(left.conditions, right.conditions);
  if (order === "same") {
    return "base_path_taken";
  }
  return order === "ambiguous" ? "conditions_ambiguous" : undefined;
}

function conflictAtTwoHosts(
  left: Mount,
  leftHost: string,
  right: Mount,
  rightHost: string,
  areOfOneTeam: boolean,
): MountConflict | undefined {
  const overlap = coversHost(leftHost, rightHost) || coversHost(rightHost, leftHost);
  if (areOfOneTeam || !overlap) {
    return undefined;
  }
  // The one that names its host more exactly is asked first.
  const [first, second] = coversHost(leftHost, rightHost) ? [right, left] : [left, right];
  if (first.basePath === second.basePath || isInside(second.basePath, first.basePath)) {
    return "base_path_nested";
  }
  return isInside(first.basePath, second.basePath) && second.basePath !== "" ? "base_path_nested" : undefined;
}

function isInside(inner: string, outer: string): boolean {
  return inner !== outer && inner.startsWith(`${outer}/`);
}

/** Versions at one base path that a worker may have to try one after the other. */
const MOST_RIVALS = 100;
/** Fields that the versions at one base path look at together. */
const MOST_FIELDS = 16;

/** Every pair of API versions of which a request would not know whom it means, and every one that takes calls from another team. */
export function checkMounts({ apiVersions }: Snapshot): CompileProblem[] {
  const mounts = new Map(apiVersions.map((version) => [version, mountOf(version)]));
  const byBasePath = new Map<string, ApiVersionSnapshot[]>();
  for (const version of apiVersions) {
    const group = byBasePath.get(version.basePath) ?? [];
    group.push(version);
    byBasePath.set(version.basePath, group);
  }
  const problems: CompileProblem[] = [];
  const compare = (version: ApiVersionSnapshot, other: ApiVersionSnapshot) => {
    const [own, others] = [mounts.get(version), mounts.get(other)];
    const conflict = own && others && findMountConflict(own, others, areOfOneTeam(version, other));
    if (conflict !== undefined) {
      problems.push(describe(conflict, version, other));
    }
  };
  for (const group of byBasePath.values()) {
    problems.push(...checkSize(group));
    group.forEach((version, index) => group.slice(0, index).forEach((other) => compare(version, other)));
  }
  for (const version of apiVersions) {
    for (const outer of surrounding(version.basePath)) {
      byBasePath.get(outer)?.forEach((other) => compare(version, other));
    }
  }
  return problems;
}

/** "/a/b" and "/a" and the root for "/a/b/c". */
function* surrounding(basePath: string): Generator<string> {
  for (let end = basePath.lastIndexOf("/"); end >= 0; end = end === 0 ? -1 : basePath.lastIndexOf("/", end - 1)) {
    yield basePath.slice(0, end);
  }
}

function mountOf(version: ApiVersionSnapshot): Mount {
  return { basePath: version.basePath, hosts: version.routing?.hosts, conditions: conditionsOf(version) };
}

function areOfOneTeam(left: ApiVersionSnapshot, right: ApiVersionSnapshot): boolean {
  return left.api === right.api || (left.team !== undefined && left.team === right.team);
}

function checkSize(group: readonly ApiVersionSnapshot[]): CompileProblem[] {
  const last = group.at(-1);
  const fields = new Set(group.flatMap((version) => conditionsOf(version).map(fieldKey)));
  if (last === undefined || (group.length <= MOST_RIVALS && fields.size <= MOST_FIELDS)) {
    return [];
  }
  return [
    {
      code: "conditions_too_many",
      message: `"${last.basePath || "/"}" is the base path of ${group.length} versions that look at ${fields.size} fields: at most ${MOST_RIVALS} versions and ${MOST_FIELDS} fields can share one`,
      place: `${placeOf(last)}/basePath`,
    },
  ];
}

function describe(conflict: MountConflict, version: ApiVersionSnapshot, other: ApiVersionSnapshot): CompileProblem {
  const [name, others] = [`${version.api} ${version.version}`, `${other.api} ${other.version}`];
  switch (conflict) {
    case "base_path_taken":
      return {
        code: conflict,
        message: `${name} and ${others} both want the base path "${version.basePath || "/"}"`,
        place: `${placeOf(version)}/basePath`,
      };
    case "conditions_ambiguous":
      return {
        code: conflict,
        message: `one request can fit the conditions of both ${name} and ${others} (${placeOf(other)}/routing) under "${version.basePath || "/"}", and neither is more specific`,
        place: `${placeOf(version)}/routing`,
      };
    case "base_path_nested":
      return {
        code: conflict,
        message: `${name} at "${shown(version)}" and ${others} at "${shown(other)}" would take calls from each other, and belong to different teams`,
        place: `${placeOf(version)}/basePath`,
      };
  }
}

function shown({ basePath, routing }: ApiVersionSnapshot): string {
  return `${(routing?.hosts ?? []).join(", ")}${basePath || "/"}`;
}

function placeOf({ api, version }: ApiVersionSnapshot): string {
  return `apis/${api}/versions/${version}`;
}

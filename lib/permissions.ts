import type { Role, Visibility } from "./api-schemas";
import { ApiError } from "./errors";

/** Who asks. Made from a session or a token; the system itself acts with no user. */
export interface Actor {
  /** Null: the system. */
  readonly userId: number | null;
  /** Public id; "system" for the system. */
  readonly id: string;
  readonly name: string;
  readonly email: string;
  readonly memberships: readonly ActorMembership[];
}

export interface ActorMembership {
  readonly teamId: number;
  readonly team: string;
  readonly personal: boolean;
  readonly role: Role;
}

/** What a use case knows of the request it serves. */
export interface Context {
  readonly actor: Actor;
  readonly requestId: string | null;
}

/** For what may be read without signing in. */
export interface ReadContext {
  readonly actor: Actor | null;
}

/** Used where nobody asked: bootstrap, demonstration workspace. */
export const SYSTEM: Context = {
  actor: {
    userId: null,
    id: "system",
    name: "Gatehouse",
    email: "",
    memberships: [{ teamId: 0, team: "", personal: false, role: "admin" }],
  },
  requestId: null,
};

export function hasRole(actor: Actor | null, ...roles: readonly Role[]): boolean {
  return actor !== null && actor.memberships.some((membership) => roles.includes(membership.role));
}

function hasRoleIn(actor: Actor | null, teamId: number, ...roles: readonly Role[]): boolean {
  return (
    actor !== null &&
    actor.memberships.some((membership) => membership.teamId === teamId && roles.includes(membership.role))
  );
}

/** `admin` counts everywhere. */
export function isAdmin(actor: Actor | null): boolean {
  return hasRole(actor, "admin");
}

/** Admins and ops read everything operational. */
export function canReadOperations(actor: Actor | null): boolean {
  return hasRole(actor, "admin", "ops");
}

/** Owners change the APIs and products of their teams, and decide on subscriptions to them. */
export function canEditApisOf(actor: Actor | null, teamId: number): boolean {
  return isAdmin(actor) || hasRoleIn(actor, teamId, "owner");
}

export function canReadApi(
  actor: Actor | null,
  api: { readonly visibility: Visibility; readonly teamId: number },
): boolean {
  switch (api.visibility) {
    case "public":
      return true;
    case "internal":
      return actor !== null;
    case "private":
      return canReadOperations(actor) || hasRoleIn(actor, api.teamId, "owner", "consumer");
  }
}

/** Consumers change the applications of their teams, with their subscriptions and keys. */
export function canEditApplicationsOf(actor: Actor | null, teamId: number): boolean {
  return isAdmin(actor) || hasRoleIn(actor, teamId, "consumer");
}

export function canReadApplicationsOf(actor: Actor | null, teamId: number): boolean {
  return canReadOperations(actor) || hasRoleIn(actor, teamId, "consumer");
}

/** Whoever owns APIs publishes them; a release takes the whole environment with it. */
export function canPublish(actor: Actor | null): boolean {
  return hasRole(actor, "admin", "owner");
}

/** Releases, nodes and gateways: those who publish or operate. */
export function canReadReleases(actor: Actor | null): boolean {
  return hasRole(actor, "admin", "owner", "ops");
}

/** Ids of the teams in which the actor holds the role. */
export function teamsWithRole(actor: Actor | null, role: Role): number[] {
  return (actor?.memberships ?? [])
    .filter((membership) => membership.role === role)
    .map((membership) => membership.teamId);
}

export function teamsOf(actor: Actor | null): number[] {
  return [...new Set((actor?.memberships ?? []).map((membership) => membership.teamId))];
}

/** @throws ApiError forbidden, with the sentence */
export function requirePermission(allowed: boolean, detail: string): void {
  if (!allowed) {
    throw new ApiError("forbidden", detail);
  }
}

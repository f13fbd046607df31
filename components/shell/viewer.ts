/** Who is looking, as far as the interface cares. Null where nobody is signed in. */
export interface Viewer {
  readonly id: string;
  readonly name: string;
  readonly email: string;
  /** Every role held in any team. */
  readonly roles: readonly Role[];
}

export type Role = "admin" | "owner" | "consumer" | "ops";

const CONSOLE_ROLES: readonly Role[] = ["admin", "owner", "ops"];

/** Whether the console shows this person anything. The management API decides what they may do there. */
export function canUseConsole(viewer: Viewer | null): boolean {
  return viewer !== null && viewer.roles.some((role) => CONSOLE_ROLES.includes(role));
}

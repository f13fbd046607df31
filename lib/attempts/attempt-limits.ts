/** How often something may be tried: at most so many in any window, counted by two windows of which the older one weighs what is left of it. */
export interface AttemptLimit {
  readonly kind: string;
  readonly most: number;
  readonly windowSeconds: number;
}

/** Wrong passwords for one e-mail address. */
export const SIGN_IN: AttemptLimit = { kind: "sign-in", most: 10, windowSeconds: 60 };
/** Wrong current passwords of one person who wants another. */
export const CHANGE_PASSWORD: AttemptLimit = { kind: "change-password", most: 10, windowSeconds: 600 };
/** From one network address: a class of people behind one router can, a program cannot. */
export const SIGN_UP_PER_ADDRESS: AttemptLimit = { kind: "sign-up-address", most: 30, windowSeconds: 3600 };
/** From everywhere together: each takes a memory-hard hash and a row for good. */
export const SIGN_UP: AttemptLimit = { kind: "sign-up", most: 500, windowSeconds: 3600 };

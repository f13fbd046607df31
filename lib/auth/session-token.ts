import "server-only";
import { decode } from "next-auth/jwt";
import { env } from "@/lib/env";
import type { Actor } from "@/lib/permissions";
import { loadSessionActor } from "./load-actor";

/** next-auth's names: prefixed when cookies are Secure. */
export function sessionCookieName(): string {
  return env().secureCookies ? "__Secure-next-auth.session-token" : "next-auth.session-token";
}

/** The person of a session cookie; undefined when there is none or it no longer counts. */
export async function readSession(cookie: (name: string) => string | undefined): Promise<Actor | undefined> {
  const token = joinCookieParts(cookie, sessionCookieName());
  if (token === undefined) {
    return undefined;
  }
  const claims = await decode({ token, secret: env().sessionSecret }).catch(() => null);
  if (claims?.sub === undefined || typeof claims["sessionGeneration"] !== "number") {
    return undefined;
  }
  return loadSessionActor(claims.sub, claims["sessionGeneration"]);
}

/** next-auth splits a long token over name.0, name.1, … */
function joinCookieParts(cookie: (name: string) => string | undefined, name: string): string | undefined {
  const whole = cookie(name);
  if (whole !== undefined) {
    return whole;
  }
  let joined = "";
  for (let index = 0; index < 20; index += 1) {
    const part = cookie(`${name}.${index}`);
    if (part === undefined) {
      break;
    }
    joined += part;
  }
  return joined === "" ? undefined : joined;
}

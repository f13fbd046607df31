import "server-only";
import type { AuthOptions } from "next-auth";
import CredentialsProvider from "next-auth/providers/credentials";
import { env } from "@/lib/env";
import { checkSignIn } from "./check-sign-in";
import { sessionCookieName } from "./session-token";

const SESSION_SECONDS = 7 * 24 * 3600;

/** Sessions are encrypted tokens in a cookie; what they may do is read from the database with every request (readSession). */
export function nextAuthOptions(): AuthOptions {
  return {
    secret: env().sessionSecret,
    useSecureCookies: env().secureCookies,
    session: { strategy: "jwt", maxAge: SESSION_SECONDS },
    pages: { signIn: "/sign-in" },
    cookies: {
      sessionToken: {
        name: sessionCookieName(),
        options: { httpOnly: true, sameSite: "lax", path: "/", secure: env().secureCookies },
      },
    },
    providers: [
      CredentialsProvider({
        name: "password",
        credentials: { email: { type: "email" }, password: { type: "password" } },
        authorize: (credentials) => checkSignIn(credentials),
      }),
    ],
    callbacks: {
      jwt({ token, user }) {
        // Only at sign-in is there a user: what `authorize` gave.
        const signedIn = user as { sessionGeneration?: number } | undefined;
        return signedIn === undefined ? token : { ...token, sessionGeneration: signedIn.sessionGeneration };
      },
      session({ session }) {
        return session;
      },
    },
  };
}

import "server-only";
import { z } from "zod";
import { log } from "@/lib/log";
import { verifyCredentials, type SignedIn } from "./verify-credentials";

/** As long as an address and a password can be (api-schemas/people.ts); a body of next-auth's has no bound of its own. */
const credentialsSchema = z.object({ email: z.string().max(254), password: z.string().max(200) });

/**
 * What next-auth asks with whatever somebody sent.
 * @returns null when it does not fit
 * @throws Error with a sentence for people only: next-auth puts the message into its answer, and a failure of ours tells of the database
 */
export async function checkSignIn(credentials: unknown): Promise<SignedIn | null> {
  const given = credentialsSchema.safeParse(credentials);
  if (!given.success || `${given.data.email}${given.data.password}`.includes("\0")) {
    return null;
  }
  try {
    return (await verifyCredentials(given.data.email, given.data.password)) ?? null;
  } catch (error) {
    log.error({ error }, "a sign-in failed");
    throw new Error("The portal failed while signing in. Try again in a moment.");
  }
}

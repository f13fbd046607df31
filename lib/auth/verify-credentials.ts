import "server-only";
import { SIGN_IN } from "@/lib/attempts/attempt-limits";
import { forgetAttempts, takeAttempt } from "@/lib/attempts/take-attempt";
import { verifyNobody, verifyPassword } from "@/lib/crypto/password";
import { database } from "@/lib/database";

export interface SignedIn {
  readonly id: string;
  readonly name: string;
  readonly email: string;
  readonly sessionGeneration: number;
}

/**
 * Checks an address and a password.
 * @returns undefined when they do not fit, the person is disabled, or there were too many failures within a minute: the answer does
 * not tell which
 */
export async function verifyCredentials(email: string, password: string): Promise<SignedIn | undefined> {
  const address = email.trim().toLowerCase();
  // Counted before the check: it takes long, and guesses that are sent all at once must see each other.
  if (!(await takeAttempt(SIGN_IN, address))) {
    return undefined;
  }
  const user = await database().user.findUnique({
    where: { email: address },
    select: { id: true, publicId: true, name: true, passwordHash: true, sessionGeneration: true, disabledAt: true },
  });
  const fits = user === null ? await verifyNobody(password) : await verifyPassword(password, user.passwordHash);
  if (user === null || !fits || user.disabledAt !== null) {
    return undefined;
  }
  await forgetAttempts(SIGN_IN, address);
  await database().user.update({ where: { id: user.id }, data: { lastSignInAt: new Date() }, select: { id: true } });
  return { id: user.publicId, name: user.name, email: address, sessionGeneration: user.sessionGeneration };
}

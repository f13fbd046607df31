import { randomBytes, scrypt, timingSafeEqual } from "node:crypto";
import { promisify } from "node:util";

const derive = promisify<string, Buffer, number, { N: number; r: number; p: number; maxmem: number }, Buffer>(scrypt);

/** OWASP's password storage recommendation for scrypt at 32 MiB: N = 2^15, r = 8, p = 3. */
const COST = { logN: 15, r: 8, p: 3 };
const HASH_BYTES = 32;

/** @returns "scrypt$15$8$3$<salt>$<hash>": the costs travel with it, so they can be raised later */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(16);
  const hash = await run(password, salt, COST);
  return ["scrypt", COST.logN, COST.r, COST.p, salt.toString("base64url"), hash.toString("base64url")].join("$");
}

export async function verifyPassword(password: string, stored: string): Promise<boolean> {
  const [scheme, logN, r, p, salt, hash] = stored.split("$");
  if (scheme !== "scrypt" || salt === undefined || hash === undefined) {
    return false;
  }
  const expected = Buffer.from(hash, "base64url");
  const actual = await run(password, Buffer.from(salt, "base64url"), {
    logN: Number(logN),
    r: Number(r),
    p: Number(p),
  });
  return actual.length === expected.length && timingSafeEqual(actual, expected);
}

let decoy: Promise<string> | undefined;

/** Takes as long as a real check: an unknown address must not answer sooner than a wrong password. */
export async function verifyNobody(password: string): Promise<false> {
  decoy ??= hashPassword(randomBytes(16).toString("hex"));
  await verifyPassword(password, await decoy);
  return false;
}

function run(password: string, salt: Buffer, { logN, r, p }: typeof COST): Promise<Buffer> {
  // NFKC: the same password typed on another keyboard gives the same bytes.
  return derive(password.normalize("NFKC"), salt, HASH_BYTES, { N: 2 ** logN, r, p, maxmem: 128 * 1024 * 1024 });
}

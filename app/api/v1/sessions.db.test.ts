import { encode } from "next-auth/jwt";
import { beforeAll, describe, expect, it, vi } from "vitest";
import { checkSignIn } from "@/lib/auth/check-sign-in";
import { verifyCredentials } from "@/lib/auth/verify-credentials";
import { database } from "@/lib/database";
import { env } from "@/lib/env";
import { prepareTestDatabase } from "@/lib/testing/database";
import { bootstrapForTests, call, makePerson, must } from "../_testing/client";

prepareTestDatabase();

beforeAll(async () => {
  await bootstrapForTests();
  await makePerson("olaf", "rivals", "owner");
  await makePerson("cora", "buyers", "consumer");
  await makePerson("carl", "others", "consumer");
});

describe("sessions", () => {
  async function cookie(changed: Record<string, unknown> = {}): Promise<string> {
    const user = await database().user.findUniqueOrThrow({ where: { email: "admin@gatehouse.test" } });
    const token = await encode({
      token: { sub: user.publicId, sessionGeneration: user.sessionGeneration, ...changed },
      secret: env().sessionSecret,
    });
    return `next-auth.session-token=${token}`;
  }

  const ask = (method: string, path: string, headers: Record<string, string>, body?: unknown) =>
    call(method, path, body, { token: null, headers });

  it("a session's cookie reads, and changes only from the portal's own pages", async () => {
    const session = await cookie();
    expect((await ask("GET", "/me", { cookie: session })).status).toBe(200);
    const rename = (headers: Record<string, string>) =>
      ask("PATCH", "/me", { cookie: session, ...headers }, { name: "Admin" });
    expect((await rename({})).status).toBe(403);
    expect((await rename({ "sec-fetch-site": "cross-site" })).status).toBe(403);
    expect((await rename({ "sec-fetch-site": "same-site" })).status).toBe(403);
    expect((await rename({ origin: "http://evil.test" })).status).toBe(403);
    expect((await rename({ origin: "http://portal.test" })).status).toBe(200);
    expect((await rename({ "sec-fetch-site": "same-origin" })).status).toBe(200);
  });

  it("a cookie that is forged, or older than a changed password, is nobody's", async () => {
    expect((await ask("GET", "/me", { cookie: "next-auth.session-token=abc" })).status).toBe(401);
    expect((await ask("GET", "/me", { cookie: await cookie({ sessionGeneration: 0 }) })).status).toBe(401);
    const session = await cookie();
    const body = { currentPassword: "correct horse battery", newPassword: "another horse battery" };
    expect((await ask("POST", "/me/password", { cookie: session, "sec-fetch-site": "same-origin" }, body)).status).toBe(
      204,
    );
    expect((await ask("GET", "/me", { cookie: session })).status).toBe(401);
  });

  it("signing in takes the right password, in any case of the address, and stops guessing", async () => {
    expect(await verifyCredentials("CORA@gatehouse.test", "correct horse battery")).toMatchObject({ name: "cora" });
    expect(await verifyCredentials("cora@gatehouse.test", "wrong")).toBeUndefined();
    expect(await verifyCredentials("nobody@gatehouse.test", "wrong")).toBeUndefined();
    await Promise.all(Array.from({ length: 10 }, () => verifyCredentials("carl@gatehouse.test", "wrong")));
    expect(await verifyCredentials("carl@gatehouse.test", "correct horse battery")).toBeUndefined();
    // A dozen memory-hard hashes: they are meant to take long.
  }, 90_000);

  it("guesses sent all at once are stopped like those sent one by one", async () => {
    const guesses = Array.from({ length: 12 }, (_, index) =>
      verifyCredentials("olaf@gatehouse.test", index === 11 ? "correct horse battery" : "wrong"),
    );
    expect((await Promise.all(guesses)).at(-1)).toBeUndefined();
  }, 90_000);

  it("a sign-in that is not a pair of texts fits nobody, and a failure of ours tells nothing of it", async () => {
    expect(await checkSignIn(undefined)).toBeNull();
    expect(await checkSignIn({ email: { contains: "@" }, password: "x" })).toBeNull();
    expect(await checkSignIn({ email: "a\0@gatehouse.test", password: "x" })).toBeNull();
    const broken = vi.spyOn(database().user, "findUnique").mockImplementation(() => {
      throw new Error("connect ECONNREFUSED 10.0.0.5:5432");
    });
    const failure = checkSignIn({ email: "cora@gatehouse.test", password: "x" });
    await expect(failure).rejects.toThrow(/^The portal failed while signing in/);
    broken.mockRestore();
  });

  it("an unknown or expired token is refused, also where nobody needs one", async () => {
    expect((await call("GET", "/apis", undefined, { token: "ghp_unknown" })).status).toBe(401);
    const made = await must<{ token: string; id: string }>("POST", "/me/tokens", { name: "short" });
    expect((await call("GET", "/me", undefined, { token: made.token })).status).toBe(200);
    await database().personalAccessToken.update({ where: { publicId: made.id }, data: { expiresAt: new Date(0) } });
    expect((await call("GET", "/me", undefined, { token: made.token })).status).toBe(401);
  });
});

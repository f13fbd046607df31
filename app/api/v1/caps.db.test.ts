import { beforeAll, describe, expect, it } from "vitest";
import { CHANGE_PASSWORD, SIGN_UP, SIGN_UP_PER_ADDRESS } from "@/lib/attempts/attempt-limits";
import { forgetAttempts } from "@/lib/attempts/take-attempt";
import { MAX_APPLICATIONS_PER_USER, MAX_KEYS_PER_APPLICATION, MAX_TOKENS_PER_USER } from "@/lib/caps";
import { database, pool } from "@/lib/database";
import { PEER_HEADER } from "@/lib/http/client-address";
import { prepareTestDatabase } from "@/lib/testing/database";
import { bootstrapForTests, call, fails, makePerson, must } from "../_testing/client";

prepareTestDatabase();

let consumer: string;

beforeAll(async () => {
  await bootstrapForTests();
  consumer = await makePerson("cora", "buyers", "consumer");
});

/** Leaves a limit with so many attempts. */
async function useUp(name: string, but: number): Promise<void> {
  await pool().query(
    "UPDATE guard.attempt SET count = $1, previous = 0 WHERE name = encode(sha256($2::bytea), 'hex')",
    [but, name],
  );
}

describe("signing up", () => {
  const signUp = (email: string, address: string) =>
    call(
      "POST",
      "/sign-up",
      { name: "Ada", email, password: "short" },
      { token: null, headers: { [PEER_HEADER]: address } },
    );

  it("is limited per network address, before any work is done, and says when to try again", async () => {
    expect((await signUp("a@example.com", "192.0.2.1")).status).toBe(422);
    await useUp(`${SIGN_UP_PER_ADDRESS.kind}\n192.0.2.1`, SIGN_UP_PER_ADDRESS.most - 1);
    // Wrong ones count too: they tell whether an address has an account.
    expect((await signUp("a@example.com", "192.0.2.1")).status).toBe(422);
    const refused = await signUp("a@example.com", "192.0.2.1");
    expect(refused.status).toBe(429);
    expect(refused.body).toMatchObject({ code: "too_many_sign_ups", detail: expect.stringContaining("your network") });
    expect(refused.headers.get("retry-after")).toBe("3600");
    expect((await signUp("a@example.com", "192.0.2.2")).status).toBe(422);
  });

  it("is limited over all addresses together", async () => {
    await useUp(`${SIGN_UP.kind}\n`, SIGN_UP.most);
    const refused = await signUp("b@example.com", "192.0.2.3");
    expect(refused.status).toBe(429);
    expect(refused.body).toMatchObject({ code: "too_many_sign_ups" });
    await forgetAttempts(SIGN_UP, "");
  });
});

describe("changing one's password", () => {
  it("takes only so many guesses of the current one, and forgets them after the right one", async () => {
    const { id } = await must<{ id: string }>("GET", "/me", undefined, { token: consumer });
    const guess = (currentPassword: string) =>
      call("POST", "/me/password", { currentPassword, newPassword: "short" }, { token: consumer });
    expect((await guess("wrong")).status).toBe(422);
    await useUp(`${CHANGE_PASSWORD.kind}\n${id}`, CHANGE_PASSWORD.most);
    const refused = await guess("correct horse battery");
    expect(refused.status).toBe(429);
    expect(refused.body).toMatchObject({ code: "too_many_attempts" });
    await useUp(`${CHANGE_PASSWORD.kind}\n${id}`, CHANGE_PASSWORD.most - 1);
    const right = { currentPassword: "correct horse battery", newPassword: "another horse battery" };
    await must("POST", "/me/password", right, { token: consumer });
    expect((await guess("wrong")).status).toBe(422);
  });
});

describe("there is an end to what one can make, also for many requests at once", () => {
  it("keys of an application that work", async () => {
    const { id } = await must<{ id: string }>("POST", "/applications", { name: "Keys" }, { token: consumer });
    const application = await database().application.findUniqueOrThrow({ where: { publicId: id } });
    await database().credential.createMany({
      data: Array.from({ length: MAX_KEYS_PER_APPLICATION - 1 }, (_, index) => ({
        publicId: `key_cap${index}`,
        applicationId: application.id,
        name: "",
        hash: `hash ${index}`,
        prefix: "gh",
        sequence: 1_000_000 + index,
      })),
    });
    const make = () => call("POST", `/applications/${id}/keys`, {}, { token: consumer });
    const answers = await Promise.all([make(), make(), make()]);
    expect(answers.map(({ status }) => status).toSorted()).toEqual([201, 422, 422]);
    const problem = await fails(422, "POST", `/applications/${id}/keys`, {}, { token: consumer });
    expect(problem).toMatchObject({ code: "cap_reached", detail: expect.stringContaining("100") });
    await must("DELETE", `/applications/${id}/keys/key_cap0`, undefined, { token: consumer });
    expect((await make()).status).toBe(201);
  });

  it("tokens of a person that work", async () => {
    const { id } = await database().user.findUniqueOrThrow({ where: { email: "cora@gatehouse.test" } });
    const count = await database().personalAccessToken.count({ where: { userId: id } });
    await database().personalAccessToken.createMany({
      data: Array.from({ length: MAX_TOKENS_PER_USER - count - 1 }, (_, index) => ({
        publicId: `tok_cap${index}`,
        userId: id,
        name: "",
        hash: `hash ${index}`,
        prefix: "ghp",
      })),
    });
    const make = () => call("POST", "/me/tokens", { name: "more" }, { token: consumer });
    const answers = await Promise.all([make(), make(), make()]);
    expect(answers.map(({ status }) => status).toSorted()).toEqual([201, 422, 422]);
    expect((await fails(422, "POST", "/me/tokens", { name: "more" }, { token: consumer })).code).toBe("cap_reached");
    await database().personalAccessToken.update({ where: { publicId: "tok_cap0" }, data: { expiresAt: new Date(0) } });
    expect((await make()).status).toBe(201);
  });

  it("applications that a person made", async () => {
    const { id } = await database().user.findUniqueOrThrow({ where: { email: "cora@gatehouse.test" } });
    const { id: teamId } = await database().team.findUniqueOrThrow({ where: { slug: "buyers" } });
    const count = await database().application.count({ where: { createdById: id, removedAt: null } });
    await database().application.createMany({
      data: Array.from({ length: MAX_APPLICATIONS_PER_USER - count - 1 }, (_, index) => ({
        publicId: `app_cap${index}`,
        name: "",
        teamId,
        createdById: id,
      })),
    });
    const make = () => call("POST", "/applications", { name: "more" }, { token: consumer });
    const answers = await Promise.all([make(), make(), make()]);
    expect(answers.map(({ status }) => status).toSorted()).toEqual([201, 422, 422]);
    expect((await fails(422, "POST", "/applications", { name: "more" }, { token: consumer })).code).toBe("cap_reached");
    await must("DELETE", "/applications/app_cap0", undefined, { token: consumer });
    expect((await make()).status).toBe(201);
  });
});

import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { database } from "@/lib/database";
import { SYSTEM } from "@/lib/permissions";
import { updateUser } from "@/lib/people/manage-users";
import { setMember } from "@/lib/teams/manage-teams";
import { prepareTestDatabase } from "@/lib/testing/database";
import { bootstrapForTests, call, makePerson, makeShop, must, type Shop } from "../_testing/client";
import { holdAuditLog } from "../_testing/hold-audit-log";

prepareTestDatabase();

let shop: Shop;

beforeAll(async () => {
  await bootstrapForTests();
  shop = await makeShop();
});

/** Statuses of changes that all came as far as they could before any could commit. */
async function atOnce<Result>(...changes: (() => Promise<Result>)[]): Promise<PromiseSettledResult<Result>[]> {
  const held = await holdAuditLog();
  try {
    const running: Promise<Result>[] = [];
    for (const change of changes) {
      running.push(change());
      await held.arrived(running.length);
    }
    await held.release();
    return await Promise.allSettled(running);
  } catch (error) {
    await held.release();
    throw error;
  }
}

describe("the last admin stays", () => {
  const ids: string[] = [];
  const ROLES = [
    ["sellers", "owen"],
    ["rivals", "olaf"],
  ] as const;

  beforeAll(async () => {
    for (const [team, name] of ROLES) {
      await makePerson(name, team, "owner");
      const { publicId } = await database().user.findUniqueOrThrow({ where: { email: `${name}@gatehouse.test` } });
      ids.push(publicId);
    }
  });

  /** Two admins, in different teams, and nobody else. */
  beforeEach(async () => {
    await database().user.updateMany({ where: { publicId: { in: ids } }, data: { disabledAt: null } });
    await setMember(SYSTEM, "sellers", ids[0] ?? "", ["owner", "admin"]);
    await setMember(SYSTEM, "rivals", ids[1] ?? "", ["owner", "admin"]);
    await database().membership.deleteMany({ where: { role: "admin", user: { email: "admin@gatehouse.test" } } });
    return async () => {
      const { id } = await database().user.findUniqueOrThrow({ where: { email: "admin@gatehouse.test" } });
      const { id: teamId } = await database().team.findUniqueOrThrow({ where: { slug: "platform" } });
      await database().membership.create({ data: { teamId, userId: id, role: "admin" } });
    };
  });

  const working = () => database().membership.count({ where: { role: "admin", user: { disabledAt: null } } });

  it("when two are removed at once, in different teams", async () => {
    const results = await atOnce(
      () => setMember(SYSTEM, "sellers", ids[0] ?? "", ["owner"]),
      () => setMember(SYSTEM, "rivals", ids[1] ?? "", ["owner"]),
    );
    expect(results.map(({ status }) => status)).toEqual(["fulfilled", "rejected"]);
    expect(await working()).toBe(1);
  });

  it("when two are disabled at once", async () => {
    const results = await atOnce(...ids.map((id) => () => updateUser(SYSTEM, id, { disabled: true }, undefined)));
    expect(results.map(({ status }) => status)).toEqual(["fulfilled", "rejected"]);
    expect(await working()).toBe(1);
  });

  it("when one is disabled while the other is removed", async () => {
    const results = await atOnce<unknown>(
      () => updateUser(SYSTEM, ids[0] ?? "", { disabled: true }, undefined),
      () => setMember(SYSTEM, "rivals", ids[1] ?? "", ["owner"]),
    );
    expect(results.map(({ status }) => status)).toEqual(["fulfilled", "rejected"]);
    expect(await working()).toBe(1);
  });

  it("when the only other one is disabled already", async () => {
    await updateUser(SYSTEM, ids[0] ?? "", { disabled: true }, undefined);
    await expect(updateUser(SYSTEM, ids[1] ?? "", { disabled: true }, undefined)).rejects.toMatchObject({
      code: "state_conflict",
    });
    await updateUser(SYSTEM, ids[0] ?? "", { name: "Still here" }, undefined);
  });
});

describe("a product, or a plan, is not removed from under a subscription", () => {
  let application: string;

  beforeEach(async () => {
    const versions = [{ api: "orders", version: "v1" }];
    await must("POST", "/products", { slug: "brief", name: "Brief", versions });
    await must("POST", "/products/brief/plans", { slug: "only", name: "Only" });
    application = (await must<{ id: string }>("POST", "/applications", { name: "Late" })).id;
    return async () => {
      await must("DELETE", `/applications/${application}`);
      await call("DELETE", "/products/brief");
    };
  });

  const subscribe = async () =>
    (await call("POST", "/subscriptions", { application, product: "brief", plan: "only" })).status;
  const remove = (path: string) => async () => (await call("DELETE", path)).status;

  it.each(["/products/brief", "/products/brief/plans/only"])("that is made at the same moment: %s", async (path) => {
    const results = await atOnce(subscribe, remove(path));
    expect(results).toEqual([
      { status: "fulfilled", value: 201 },
      { status: "fulfilled", value: 409 },
    ]);
    expect(await must("GET", `/applications/${application}`)).toMatchObject({ subscriptions: { active: 1 } });
  });

  it.each(["/products/brief", "/products/brief/plans/only"])(
    "and nobody is subscribed to what was just removed: %s",
    async (path) => {
      const results = await atOnce(remove(path), subscribe);
      expect(results).toEqual([
        { status: "fulfilled", value: 204 },
        { status: "fulfilled", value: 404 },
      ]);
      expect(await must("GET", `/applications/${application}`)).toMatchObject({ subscriptions: { active: 0 } });
    },
  );

  it("a plan that is added while its product is removed finds no product", async () => {
    const add = async () => (await call("POST", "/products/brief/plans", { slug: "new", name: "New" })).status;
    const results = await atOnce(remove("/products/brief"), add);
    expect(results).toEqual([
      { status: "fulfilled", value: 204 },
      { status: "fulfilled", value: 404 },
    ]);
  });
});

describe("what was removed meanwhile", () => {
  it("is not found by a change that had seen it", async () => {
    const { id } = await must<{ id: string }>("POST", `/applications/${shop.application}/keys`, {});
    await must("POST", "/sla-tiers", {
      slug: "brief",
      name: "Brief",
      rank: 1,
      availabilityPercent: 1,
      p95LatencyMs: 1,
      errorSharePercent: 1,
    });
    const results = await atOnce(
      async () => (await call("DELETE", "/sla-tiers/brief")).status,
      async () => (await call("PATCH", "/sla-tiers/brief", { name: "Lost" })).status,
    );
    expect(results.map((result) => result.status === "fulfilled" && result.value)).toEqual([204, 404]);
    await must("DELETE", `/applications/${shop.application}/keys/${id}`);
  });
});

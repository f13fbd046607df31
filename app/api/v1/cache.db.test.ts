import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { cachePurgesSchema, type CachePurges } from "@/gateway/contract/cache-purges";
import type { EnrolAnswer } from "@/gateway/contract/heartbeat";
import type { Problem, PurgedCache } from "@/lib/api-schemas";
import { KEPT_PURGES } from "@/lib/cache/kept-purges";
import { database } from "@/lib/database";
import { prepareTestDatabase } from "@/lib/testing/database";
import { agentCall, bootstrapForTests, call, ENROL_TOKEN, makePerson, makeShop, must } from "../_testing/client";

prepareTestDatabase();

const path = "/environments/production/cache/purge";
let node: EnrolAnswer;
let consumer: string;
let stranger: string;

async function told(after = 0, token = node.token): Promise<CachePurges> {
  return cachePurgesSchema.parse((await agentCall("GET", `/cache-purges?after=${after}`, token)).body);
}

beforeAll(async () => {
  await bootstrapForTests();
  await makeShop();
  node = (await agentCall<EnrolAnswer>("POST", "/enrol", ENROL_TOKEN, { name: "one", version: "1" })).body;
  stranger = await makePerson("stranger", "strangers", "owner");
  consumer = await makePerson("consumer", "callers", "consumer");
});

beforeEach(() => database().cachePurge.deleteMany());

describe("a purge", () => {
  it("of everything, an API, a version, an operation or a path is told to the environment's nodes in order, and audited", async () => {
    const version = await database().apiVersion.findFirstOrThrow({ where: { version: "v1" } });
    const operation = await database().operation.findFirstOrThrow({ where: { apiVersionId: version.id } });
    const api = { api: "orders", version: "v1" };
    const base = version.basePath;
    const bodies = [{}, { api: "orders" }, api, { ...api, operation: operation.key }];
    for (const body of [...bodies, { path: "/a/%7e%2a?".slice(0, -1) }, { ...api, path: `${base}/orders` }]) {
      await must<PurgedCache>("POST", path, body);
    }
    const { cursor, isWhole, purges } = await told();
    expect([isWhole, purges]).toEqual([
      false,
      [
        { scope: "environment" },
        { scope: "api-version", id: version.id },
        { scope: "api-version", id: version.id },
        { scope: "operation", id: operation.id },
        { scope: "path", path: "/a/~%2A" },
        { scope: "path", path: `${base}/orders` },
      ],
    ]);
    expect(await told(cursor)).toEqual({ cursor, isWhole: false, purges: [] });
    expect((await told(cursor - 1)).purges).toHaveLength(1);
    const entries = await database().auditEntry.findMany({ where: { action: "cache.purge" }, orderBy: { id: "asc" } });
    expect(entries.map(({ summary }) => summary.replace(/ from .*/, ""))).toEqual([
      "Purged everything",
      "Purged Orders",
      "Purged Orders v1",
      `Purged ${operation.key} of Orders v1`,
      "Purged /a/~%2A",
      `Purged ${base}/orders`,
    ]);
  });

  it("is told to the nodes of its environment only", async () => {
    await must("POST", "/environments/dev/cache/purge", {});
    expect((await told()).purges).toEqual([]);
  });

  it("of more than a node could have been told is of everything", async () => {
    const { id } = await database().environment.findUniqueOrThrow({ where: { slug: "production" } });
    const purge = { scope: "path", path: "/a" };
    const data = Array.from({ length: KEPT_PURGES }, () => ({ environmentId: id, purge }));
    await database().cachePurge.createMany({ data });
    await must("POST", path, { path: "/b" });
    expect(await database().cachePurge.count()).toBe(KEPT_PURGES);
    const { cursor, isWhole } = await told();
    expect(isWhole).toBe(true);
    expect((await told(cursor - 2)).isWhole).toBe(false);
  });

  it("is an admin's, and for a version an owner's of its team", async () => {
    const statusOf = async (token: string, body: unknown) => (await call("POST", path, body, { token })).status;
    for (const token of [stranger, consumer]) {
      expect(await statusOf(token, {})).toBe(403);
      expect(await statusOf(token, { path: "/x" })).toBe(403);
      expect(await statusOf(token, { api: "orders", version: "v1" })).toBeGreaterThanOrEqual(403);
    }
    expect((await told()).purges).toEqual([]);
  });

  it.each<[Record<string, string>, string]>([
    [{ version: "v1" }, "/version"],
    [{ api: "orders", operation: "x" }, "/operation"],
    [{ api: "orders", path: "/x" }, "/version"],
    [{ api: "orders", version: "v1", path: "/elsewhere" }, "/path"],
    [{ path: "x" }, "/path"],
    [{ path: "/a?b=1" }, "/path"],
    [{ path: "/a/../b" }, "/path"],
    [{ path: "/a%2Fb" }, "/path"],
    [{ path: "/a%" }, "/path"],
  ])("of %o is refused with the place", async (body, place) => {
    const answer = await call<Problem>("POST", path, body);
    expect([answer.status, answer.body.problems.map((problem) => problem.place)]).toEqual([
      422,
      [expect.stringContaining(place)],
    ]);
  });
});

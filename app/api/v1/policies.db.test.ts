import { beforeAll, describe, expect, it } from "vitest";
import { compile } from "@/gateway/compiler/compile";
import { takeSnapshot } from "@/lib/releases/take-snapshot";
import { prepareTestDatabase } from "@/lib/testing/database";
import { bootstrapForTests, call, fails, makePerson, makeShop, must } from "../_testing/client";

prepareTestDatabase();

interface Steps {
  readonly steps: readonly { readonly policy: string; readonly from: string; readonly takes: readonly string[] }[];
}

const VERSION = "/apis/orders/versions/v1";
const cors = { policy: "cors", config: { origins: ["https://app.example"] } };
let operation: string;

beforeAll(async () => {
  await bootstrapForTests();
  await makeShop();
  const { items } = await must<{ items: { key: string }[] }>("GET", `${VERSION}/operations`);
  operation = items[0]!.key;
});

async function chainOf(plan = ""): Promise<string[]> {
  const { steps } = await must<Steps>("GET", `${VERSION}/chain?operation=${encodeURIComponent(operation)}${plan}`);
  return steps.map(({ policy, from }) => `${policy} (${from})`);
}

describe("policies", () => {
  it("are listed with where they can be attached and the schema of their configuration", async () => {
    const { items } = await must<{ items: { name: string; scopes: string[]; configSchema: { type: string } }[] }>(
      "GET",
      "/policies",
    );
    const names = items.map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(["cors", "key-auth", "subscription", "rate-limit"]));
    expect(items.every(({ configSchema }) => configSchema.type === "object")).toBe(true);
    expect(items.find(({ name }) => name === "subscription")?.scopes).toEqual([]);
  });

  it("that read the document are compiled from the current revision, with no change of the policy", async () => {
    const document = (schema: object) =>
      JSON.stringify({
        swagger: "2.0",
        info: { title: "Orders", version: "1" },
        paths: {
          "/documented": {
            get: {
              operationId: "documented",
              parameters: [{ in: "query", name: "page", ...schema }],
              responses: { 200: { description: "", examples: { "application/json": { page: 1 } } } },
            },
          },
        },
      });
    await must("POST", `${VERSION}/revisions`, { document: document({ type: "integer" }) });
    const put = { policies: [{ policy: "request-validation" }, { policy: "mock" }] };
    await must("PUT", `${VERSION}/policies`, put);
    const { steps } = await must<Steps>("GET", `${VERSION}/chain?operation=documented`);
    expect(steps.flatMap(({ takes }) => takes)).toEqual(["query page", "200 application/json"]);
    const schemasOf = async () => {
      const compiled = compile(await takeSnapshot("production"));
      const texts = compiled.ok ? compiled.chunks.map(({ text }) => text) : [];
      return (JSON.parse(texts.find((text) => text.includes('"schemas"')) ?? "{}") as { schemas: unknown }).schemas;
    };
    expect(await schemasOf()).toEqual([{ types: ["integer"], typesText: "integer" }]);
    await must("POST", `${VERSION}/revisions`, { document: document({ type: "boolean" }) });
    expect(await schemasOf()).toEqual([{ types: ["boolean"], typesText: "boolean" }]);
    await must("POST", `${VERSION}/revisions/1/make-current`);
    await must("PUT", `${VERSION}/policies`, { policies: [] });
    expect((await takeSnapshot("production")).apiVersions.every((version) => !("document" in version))).toBe(true);
  });

  it("every operation runs by itself stand in its chain, after those of the environment", async () => {
    expect(await chainOf()).toEqual([
      "cors (environment)",
      "key-auth (default)",
      "subscription (default)",
      "rate-limit (default)",
    ]);
  });

  it("attached to an API version and an operation take their places in the chain and in the next release", async () => {
    const body = {
      policies: [cors],
      operations: { [operation]: [{ policy: "key-auth", config: { header: "X-Orders-Key" } }] },
    };
    const put = await must<{ etag: string }>("PUT", `${VERSION}/policies`, body);
    expect(await must("GET", `${VERSION}/policies`)).toEqual(put);
    expect(await chainOf()).toEqual([
      "cors (environment)",
      "cors (api-version)",
      "key-auth (operation)",
      "subscription (default)",
      "rate-limit (default)",
    ]);
    const snapshot = await takeSnapshot("production");
    const version = snapshot.apiVersions.find(({ api }) => api === "orders");
    expect(version?.policies).toEqual([cors]);
    expect(version?.operations.find(({ key }) => key === operation)?.policies).toEqual([
      { policy: "key-auth", config: { header: "X-Orders-Key" } },
    ]);
    await must("POST", "/environments/production/releases", {});
  });

  it("taken out of an open operation take with them what needs them", async () => {
    await must("PUT", `${VERSION}/policies`, { policies: [{ policy: "key-auth", enabled: false }] });
    expect(await chainOf()).toEqual(["cors (environment)"]);
    await must("PUT", `${VERSION}/policies`, { policies: [] });
  });

  it("that are unknown, misplaced, attached twice or badly configured are refused, every place named", async () => {
    const { problems } = await fails(422, "PUT", `${VERSION}/policies`, {
      policies: [
        { policy: "teleport" },
        { policy: "rate-limit" },
        { policy: "cors", config: { origins: ["nowhere"], colour: "red" } },
        { policy: "cors", config: { origins: ["https://app.example"] } },
      ],
      operations: { "no such": [], [operation]: [{ policy: "key-auth", config: { header: "not a name" } }] },
    });
    const places = problems.map(({ place, code }) => `${code} ${place}`);
    expect(places).toEqual(
      expect.arrayContaining([
        "unknown_value /operations/no such",
        "policy_unknown /policies/0/policy",
        "policy_scope /policies/1/policy",
        "policy_twice /policies/3",
        `policy_config /operations/${operation.replaceAll("~", "~0").replaceAll("/", "~1")}/0/config/header`,
      ]),
    );
    expect(new Set(places).size).toBe(places.length);
  });

  it("of the environment are the admins' to change, and part of its next release", async () => {
    const owner = await makePerson("olga", "orders-team", "owner");
    await fails(403, "PUT", "/environments/production/policies", { policies: [cors] }, { token: owner });
    await must("PUT", "/environments/production/policies", { policies: [cors] });
    expect((await takeSnapshot("production")).policies).toEqual([cors]);
    expect((await takeSnapshot("staging")).policies).toEqual([]);
    const { problems } = await fails(422, "PUT", "/environments/production/policies", {
      policies: [{ policy: "cors", config: { origins: [] } }, { policy: "subscription" }],
    });
    expect(problems.map(({ place }) => place)).toContain("/policies/1/policy");
  });

  it("of a plan are its product's owners' to change, and only those that a plan can have", async () => {
    const path = "/products/shop/plans/gold/policies";
    expect(await must("GET", path)).toMatchObject({ policies: [] });
    const { problems } = await fails(422, "PUT", path, { policies: [cors] });
    expect(problems).toEqual([expect.objectContaining({ code: "policy_scope", place: "/policies/0/policy" })]);
    await must("PUT", path, { policies: [{ policy: "request-size", config: { maxBodyBytes: 10 } }] });
    expect(await chainOf("&plan=shop/gold")).toEqual([
      "cors (environment)",
      "key-auth (default)",
      "subscription (default)",
      "request-size (plan)",
      "rate-limit (default)",
    ]);
    await fails(404, "GET", `${VERSION}/chain?operation=${encodeURIComponent(operation)}&plan=shop/none`);
  });

  it("are only replaced when nobody else has changed them meanwhile", async () => {
    const { etag } = await must<{ etag: string }>("GET", `${VERSION}/policies`);
    const stale = { "if-match": '"0000000000000000"' };
    expect((await call("PUT", `${VERSION}/policies`, { policies: [] }, { headers: stale })).status).toBe(412);
    expect((await call("PUT", `${VERSION}/policies`, { policies: [] }, { headers: { "if-match": etag } })).status).toBe(
      200,
    );
  });
});

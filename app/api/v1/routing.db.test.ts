import { beforeAll, describe, expect, it } from "vitest";
import { database } from "@/lib/database";
import { prepareTestDatabase } from "@/lib/testing/database";
import { bootstrapForTests, fails, makePerson, must, openApi } from "../_testing/client";

prepareTestDatabase();

let owner: string;
let rival: string;
const byHeader = { by: "header", name: "X-API-Version" };
const upstream = { targets: [{ url: "http://127.0.0.1:9000" }] };
const document = openApi("GET /items");

beforeAll(async () => {
  await bootstrapForTests();
  owner = await makePerson("owen", "sellers", "owner");
  rival = await makePerson("olaf", "rivals", "owner");
  await must("POST", "/apis", { slug: "orders", name: "Orders", versioning: byHeader }, { token: owner });
  await must("POST", "/apis", { slug: "pay", name: "Pay" }, { token: rival });
  await must("POST", "/apis/orders/versions", { version: "v1", document, upstream }, { token: owner });
});

const create = (body: object, { api = "orders", token = owner } = {}) =>
  must("POST", `/apis/${api}/versions`, { document, upstream, ...body }, { token });
const refused = async (status: number, body: object, { api = "orders", token = owner } = {}) => {
  const { problems } = await fails(status, "POST", `/apis/${api}/versions`, { document, upstream, ...body }, { token });
  return problems.map(({ code, place }) => [code, place]);
};

describe("versions that a header field tells apart", () => {
  it("share a base path, and say what a call must carry", async () => {
    const version = await create({ version: "v2", routing: { versionValues: ["2", "v2"] } });
    expect(version).toMatchObject({
      basePath: "/orders",
      url: "http://gateway.test/orders",
      versioning: { ...byHeader, forward: "pass" },
      callFields: [{ from: "header", name: "X-API-Version", value: "2" }],
    });
    const reference = await must("GET", "/apis/orders/versions/v2/openapi.json", undefined, { token: owner });
    expect(reference).toMatchObject({
      paths: { "/items": { get: { parameters: [{ name: "X-API-Version", in: "header", schema: { default: "2" } }] } } },
    });
    const { versions } = await must("GET", "/catalogue/orders", undefined, { token: owner });
    expect(versions).toMatchObject([{ version: "v1" }, { version: "v2", callFields: version.callFields }]);
  });

  it("may not answer the same requests, nor both be the default", async () => {
    expect(await refused(409, { version: "v3", routing: { versionValues: ["2", "3"] } })).toEqual([
      ["conditions_ambiguous", "/routing"],
    ]);
    const values = { versionValues: ["2", "v2"] };
    expect(await refused(409, { version: "v3", routing: values })).toEqual([["base_path_taken", "/basePath"]]);
    await must("PATCH", "/apis/orders/versions/v1", { routing: { isDefault: true } }, { token: owner });
    expect(await refused(409, { version: "v3", routing: { isDefault: true } })).toEqual([
      ["conditions_ambiguous", "/routing"],
    ]);
  });

  it("cannot be told apart by their paths again while they share one", async () => {
    const change = { versioning: { by: "path" } };
    const { problems } = await fails(409, "PATCH", "/apis/orders", change, { token: owner });
    expect(problems).toEqual([expect.objectContaining({ code: "base_path_taken", place: "/versioning" })]);
  });

  it("reach the gateways' bundle with the next release", async () => {
    await must("POST", "/environments/dev/releases", {});
    const { chunk } = await database().releaseChunk.findFirstOrThrow({
      where: { name: "orders v2" },
      select: { chunk: true },
    });
    expect(JSON.parse(Buffer.from(chunk.content).toString("utf8"))).toMatchObject({
      conditions: [{ from: "header", name: "x-api-version", values: ["2", "v2"] }],
      versionField: { from: "header", name: "x-api-version", isStripped: false },
    });
  });
});

describe("hosts and conditions", () => {
  it("are taken as people write hosts, and the address shows the first that is a name", async () => {
    const version = await create(
      { version: "v1", basePath: "/pay", routing: { hosts: ["*.Pay.test", "API.pay.test."] } },
      { api: "pay", token: rival },
    );
    expect(version).toMatchObject({
      url: "http://api.pay.test/pay",
      routing: { hosts: ["*.pay.test", "api.pay.test"] },
    });
  });

  it("let a team use another's base path at a host that both do not name, and at no other", async () => {
    const body = { version: "pay", basePath: "/pay", routing: { versionValues: ["pay"] } };
    expect(await refused(409, body)).toEqual([["base_path_nested", "/basePath"]]);
    const hosts = ["shop.test"];
    await create({ ...body, routing: { ...body.routing, hosts } });
    const change = { routing: { hosts: ["deep.pay.test"] } };
    const { problems } = await fails(409, "PATCH", "/apis/orders/versions/pay", change, { token: owner });
    expect(problems).toEqual([expect.objectContaining({ code: "base_path_nested", place: "/basePath" })]);
  });

  it("are refused with every problem at once", async () => {
    const routing = {
      hosts: ["a.test:81", "b.test", "b.test"],
      when: [
        { from: "header", name: "Authorization", value: "x" },
        { from: "query", name: "device", value: "a b" },
        { from: "header", name: "X-Device" },
      ],
      unknown: true,
    };
    const found = await refused(422, { version: "v9", routing });
    expect(new Set(found.map(([, place]) => place))).toEqual(
      new Set([
        "/routing/hosts/0",
        "/routing/hosts",
        "/routing/when/0/name",
        "/routing/when/1/value",
        "/routing/when/2",
        "/routing/unknown",
      ]),
    );
  });
});

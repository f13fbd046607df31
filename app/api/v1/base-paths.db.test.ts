import { beforeAll, describe, expect, it } from "vitest";
import { database } from "@/lib/database";
import { prepareTestDatabase } from "@/lib/testing/database";
import { bootstrapForTests, call, fails, makePerson, must, openApi } from "../_testing/client";

prepareTestDatabase();

let owner: string;
let rival: string;

beforeAll(async () => {
  await bootstrapForTests();
  owner = await makePerson("owen", "sellers", "owner");
  rival = await makePerson("olaf", "rivals", "owner");
  await makeApi("orders", owner);
  await makeApi("hidden", owner, "private");
  await makeApi("pay", rival);
  await must("POST", "/apis/orders/versions", version("v1", "/orders/v1"), { token: owner });
  await must("POST", "/apis/hidden/versions", version("v1", "/vault/secret-project"), { token: owner });
});

function makeApi(slug: string, token: string, visibility = "public") {
  return must("POST", "/apis", { slug, name: `API ${slug}`, visibility }, { token });
}

function version(name: string, basePath: string) {
  const upstream = { targets: [{ url: "http://127.0.0.1:9000" }] };
  return { version: name, basePath, document: openApi("GET /"), upstream };
}

async function refusal(body: unknown, token = rival, api = "pay") {
  const { problems, detail } = await fails(409, "POST", `/apis/${api}/versions`, body, { token });
  expect(problems).toHaveLength(1);
  return { ...problems[0], detail };
}

describe("a team's base paths are its own", () => {
  it("another team's API cannot lie inside one, and take its calls", async () => {
    for (const basePath of ["/orders/v1/pay", "/orders/v1/deep/er"]) {
      expect(await refusal(version("v1", basePath))).toMatchObject({
        code: "base_path_nested",
        place: "/basePath",
        message: expect.stringContaining("API orders v1, of another team"),
      });
    }
  });

  it("nor around one, where it would take whatever that leaves", async () => {
    expect((await refusal(version("v1", "/orders"))).code).toBe("base_path_nested");
  });

  it("a private API of another team is not named, nor the path it has", async () => {
    const texts = [
      await refusal(version("v1", "/vault/secret-project/x")),
      await refusal(version("v1", "/vault/secret-project")),
      await refusal(version("v1", "/vault")),
    ].map((problem) => JSON.stringify(problem));
    expect(texts.join()).not.toMatch(/hidden/i);
    expect(texts[2]).not.toContain("secret-project");
  });

  it("a path that only begins with the same letters is free, and a team may put its own inside its own", async () => {
    await must("POST", "/apis/pay/versions", version("v2", "/orders/v10"), { token: rival });
    await must("POST", "/apis/orders/versions", version("v3", "/orders/v1/inner"), { token: owner });
    await must("POST", "/environments/dev/releases", {}, { token: owner });
  });

  it("the root is everybody's surroundings", async () => {
    await must("POST", "/apis/pay/versions", version("root", ""), { token: rival });
    await must("POST", "/apis/orders/versions", version("v4", "/orders/v4"), { token: owner });
    expect((await refusal(version("root", ""), owner, "orders")).code).toBe("base_path_taken");
  });

  it("a version cannot be moved there later, and one keeps what it has", async () => {
    const move = { basePath: "/orders/v1/pay" };
    const problem = await fails(409, "PATCH", "/apis/pay/versions/v2", move, { token: rival });
    expect(problem.problems).toEqual([expect.objectContaining({ code: "base_path_nested", place: "/basePath" })]);
    await must("PATCH", "/apis/pay/versions/v2", { basePath: "/orders/v10" }, { token: rival });
  });

  it("an API cannot be given to a team whose paths, or others', it would then lie inside", async () => {
    await makeApi("inner", owner);
    await must("POST", "/apis/inner/versions", version("v1", "/orders/v4/inner"), { token: owner });
    const problem = await fails(409, "PATCH", "/apis/inner", { team: "rivals" });
    expect(problem.problems).toEqual([expect.objectContaining({ code: "base_path_nested", place: "/team" })]);
    await must("DELETE", "/apis/inner/versions/v1", undefined, { token: owner });
    await must("PATCH", "/apis/inner", { team: "rivals" });
  });

  it("two teams that ask at the same moment for paths inside each other do not both get them", async () => {
    const statuses = await Promise.all(
      Array.from({ length: 6 }, async (_, index) => {
        const own = index % 2 === 0;
        const path = own ? `/race/${index}` : `/race/${index - 1}/inside`;
        const { status } = await call(
          "POST",
          `/apis/${own ? "orders" : "pay"}/versions`,
          version(`race${index}`, path),
          { token: own ? owner : rival },
        );
        return status;
      }),
    );
    expect(statuses.toSorted()).toEqual([201, 201, 201, 409, 409, 409]);
  });

  it("paths that were nested before it was refused are a problem of publishing", async () => {
    await database().apiVersion.updateMany({ where: { version: "v2" }, data: { basePath: "/orders/v1/old" } });
    const problem = await fails(422, "POST", "/environments/dev/releases", {});
    expect(problem.problems).toEqual([
      expect.objectContaining({ code: "base_path_nested", place: "apis/pay/versions/v2/basePath" }),
    ]);
  });
});

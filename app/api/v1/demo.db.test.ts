import { readFileSync } from "node:fs";
import { beforeAll, describe, expect, it } from "vitest";
import type { EnrolAnswer } from "@/gateway/contract/heartbeat";
import type { CredentialPage } from "@/gateway/contract/credentials";
import { demoSchema } from "@/lib/api-schemas";
import { pool } from "@/lib/database";
import { ensureDemo, readDemoState } from "@/lib/demo/create-demo";
import { importDocument } from "@/lib/openapi/import-document";
import { prepareTestDatabase } from "@/lib/testing/database";
import { agentCall, bootstrapForTests, call, ENROL_TOKEN, fails, must } from "../_testing/client";

prepareTestDatabase();

const document = readFileSync("sample/openapi.yaml", "utf8");

beforeAll(async () => {
  await bootstrapForTests();
});

describe("the demonstration workspace", () => {
  it("is made once, published, and marked", async () => {
    const made = await ensureDemo({ upstreamUrl: "http://127.0.0.1:9000", document });
    expect(made).toMatchObject({ created: true, basePath: "/harbour/v1", key: expect.stringMatching(/^gh_live_/) });
    expect(await ensureDemo({ upstreamUrl: "http://127.0.0.1:9000", document })).toEqual({
      created: false,
      basePath: "/harbour/v1",
      key: null,
    });
    expect(demoSchema.parse(await must("GET", "/demo"))).toMatchObject({
      present: true,
      apis: ["harbour"],
      products: ["harbour"],
    });
    const api = await must<{ versions: { published: boolean }[]; plans: { slaTier: { slug: string } }[] }>(
      "GET",
      "/catalogue/harbour",
    );
    expect(api.versions[0]?.published).toBe(true);
    expect(api.plans.map(({ slaTier }) => slaTier.slug)).toEqual(["bronze", "silver", "gold"]);
  });

  it("follows the sample service to another port", async () => {
    await ensureDemo({ upstreamUrl: "http://127.0.0.1:9001", document });
    expect(await must("GET", "/apis/harbour/versions/v1")).toMatchObject({
      upstream: { targets: [{ url: "http://127.0.0.1:9001" }] },
    });
  });

  it("is removed whole: nodes hear that its key is revoked, its usage is gone, production no longer serves it", async () => {
    const node = (await agentCall<EnrolAnswer>("POST", "/enrol", ENROL_TOKEN, { name: "one", version: "1" })).body;
    const { operations } = await must<{ operations: { id: number }[] }>("GET", "/apis/harbour/versions/v1");
    const row = {
      operation: operations[0]?.id,
      application: 1,
      subscription: 1,
      plan: 1,
      outcome: "success",
      requests: 1,
      bytesIn: 0,
      bytesOut: 0,
      latency: [],
      upstreamLatency: [],
    };
    await agentCall("POST", "/telemetry", node.token, { sequence: 1, minute: new Date().toISOString(), rows: [row] });
    await must("DELETE", "/demo");
    expect(await readDemoState()).toBeUndefined();
    expect(await must("GET", "/demo")).toMatchObject({ present: false });
    expect((await call("GET", "/apis/harbour")).status).toBe(404);
    expect((await call("GET", "/teams/harbour-demo")).status).toBe(404);
    const { entries } = (await agentCall<CredentialPage>("GET", "/credentials?after=0", node.token)).body;
    expect(entries).toEqual([expect.objectContaining({ state: "revoked" })]);
    expect((await pool().query("SELECT 1 FROM usage.minute UNION ALL SELECT 1 FROM usage.day")).rows).toEqual([]);
    const { release } = await must<{ release: number }>("GET", "/environments/production");
    const { chunks } = await must<{ chunks: { kind: string }[] }>(
      "GET",
      `/environments/production/releases/${release}`,
    );
    expect(chunks.some(({ kind }) => kind === "api-version")).toBe(false);
    await fails(404, "DELETE", "/demo");
  });

  it("can be made again", async () => {
    expect(await ensureDemo({ upstreamUrl: "http://127.0.0.1:9000", document })).toMatchObject({ created: true });
  });
});

describe("the management API's own document", () => {
  it("is OpenAPI 3.1 that our importer takes without a problem", async () => {
    const { text, status } = await call("GET", "/openapi.json", undefined, { token: null });
    expect(status).toBe(200);
    const result = await importDocument({ text });
    if (!result.ok) {
      throw new Error(JSON.stringify(result.problems));
    }
    expect(result.document.specification).toBe("3.1");
    const paths = result.document.operations.map(({ method, path }) => `${method} ${path}`);
    for (const promised of [
      "POST /apis",
      "POST /apis/{api}/versions",
      "POST /products/{product}/plans",
      "POST /subscriptions/{id}/approve",
      "POST /applications/{id}/keys",
      "POST /environments/{environment}/releases",
      "GET /usage",
    ]) {
      expect(paths).toContain(promised);
    }
  });
});

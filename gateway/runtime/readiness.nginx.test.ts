import { writeFileSync } from "node:fs";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { FakeUpstream } from "../testing/fake-upstream";
import { makeKey } from "../testing/make-key";
import { credentialFor, shopSnapshot } from "../testing/snapshots";
import { TestNode } from "../testing/test-node";
import { waitFor } from "../testing/wait-for";

const key = makeKey("ready");
let upstream: FakeUpstream;
let node: TestNode;

beforeEach(async () => {
  upstream = await FakeUpstream.start();
  node = await TestNode.start();
});

afterEach(async () => {
  await node.stop();
  await upstream.stop();
});

function call(): Promise<Response> {
  return fetch(`${node.url}/shop/v1/items`, { headers: { "X-API-Key": key } });
}

async function readyStatus(): Promise<number> {
  return (await fetch(`${node.statusUrl}/ready`)).status;
}

describe("a node", () => {
  it("is live at once, and ready when every worker has a release and the credentials", async () => {
    expect((await fetch(`${node.statusUrl}/live`)).status).toBe(200);
    expect(await readyStatus()).toBe(503);
    const refused = await call();
    expect([refused.status, ((await refused.json()) as { code: string }).code]).toEqual([503, "gateway_not_ready"]);
    await node.publish(shopSnapshot([upstream.url]));
    await node.putCredentials([credentialFor(key)]);
    expect(await readyStatus()).toBe(200);
    expect((await call()).status).toBe(200);
  });

  it("keeps what it runs when a release cannot be taken up, and says why", async () => {
    await node.publish(shopSnapshot([upstream.url]));
    await node.putCredentials([credentialFor(key)]);
    writeFileSync(path.join(node.stateDirectory, "active.json"), '{"release": 99, "chunks": [{"kind": "api-ver');
    node.control.raiseGeneration();
    await waitFor("the workers to refuse it", () => node.control.readWorkers(2).every((worker) => worker.failed));
    expect(node.control.readWorkers(2)[0]?.message).toContain("active.json is not JSON");
    const response = await call();
    expect([response.status, response.headers.get("gatehouse-release")]).toEqual([200, "1"]);
    expect(await readyStatus()).toBe(200);
  });

  it("gives the worker that replaces a killed one the release before its first request", async () => {
    await node.publish(shopSnapshot([upstream.url]));
    await node.putCredentials([credentialFor(key)]);
    const before = node.workerPids();
    for (const pid of before) {
      node.killWorker(pid);
    }
    await waitFor("new workers", () => node.workerPids().every((pid) => !before.includes(pid)));
    const statuses = await Promise.all(Array.from({ length: 20 }, async () => (await call()).status));
    expect(new Set(statuses)).toEqual(new Set([200]));
  });
});

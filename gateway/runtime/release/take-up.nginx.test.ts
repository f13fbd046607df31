import { rmSync } from "node:fs";
import path from "node:path";
import { Agent } from "undici";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Snapshot } from "../../compiler/snapshot";
import { STATE_FILES } from "../../contract/shared-memory";
import { FakeUpstream } from "../../testing/fake-upstream";
import { makeKey } from "../../testing/make-key";
import { credentialFor, shopSnapshot } from "../../testing/snapshots";
import { TestNode } from "../../testing/test-node";

const OTHER_VERSIONS = 800;
const OPERATIONS = 40;
const key = makeKey("take-up");
let upstream: FakeUpstream;
let node: TestNode;

beforeAll(async () => {
  upstream = await FakeUpstream.start();
  node = await TestNode.start({ workers: 1 });
  await node.putCredentials([credentialFor(key)]);
});

afterAll(async () => {
  await node.stop();
  await upstream.stop();
});

/** The shop beside many other API versions. @param path of the shop's first operation, all that differs between two of them */
function largeSnapshot(shopPath: string): Snapshot {
  const shop = shopSnapshot([upstream.url]);
  const [version] = shop.apiVersions;
  const others = Array.from({ length: OTHER_VERSIONS }, (_unused, index) => ({
    id: 100 + index,
    api: `other${index}`,
    version: "v1",
    basePath: `/other${index}`,
    operations: Array.from({ length: OPERATIONS }, (_unusedToo, operation) => ({
      id: 1_000 + index * OPERATIONS + operation,
      key: `get${operation}`,
      method: "GET",
      path: `/things${operation}/{id}`,
    })),
    upstream: { id: 100 + index, targets: [{ url: upstream.url, weight: 1 }] },
  }));
  if (version === undefined) {
    throw new Error("the shop has an API version");
  }
  const operations = version.operations.map((one, index) => (index === 0 ? { ...one, path: shopPath } : one));
  return { ...shop, apiVersions: [{ ...version, operations }, ...others] };
}

async function call(shopPath: string, dispatcher?: Agent): Promise<number> {
  const options = { headers: { "X-API-Key": key }, ...(dispatcher && { dispatcher }) };
  const response = await fetch(`${node.url}/shop/v1${shopPath}`, options as RequestInit);
  await response.arrayBuffer();
  return response.status;
}

describe("a worker", () => {
  it("takes up a large release between calls: none waits for more than a part of it, none fails", async () => {
    await node.publish(shopSnapshot([upstream.url]));
    const large = node.stage(largeSnapshot("/items"));
    const connection = new Agent({ connections: 1 });
    expect(await call("/items", connection)).toBe(200);
    const started = performance.now();
    const activation = { tookMs: 0 };
    const activated = node.activate(large).then(() => (activation.tookMs = performance.now() - started));
    const waitsMs: number[] = [];
    while (activation.tookMs === 0) {
      const before = performance.now();
      expect(await call("/items", connection)).toBe(200);
      waitsMs.push(performance.now() - before);
    }
    await activated;
    await connection.close();
    // In one turn, the first call would have waited for all of it.
    expect(waitsMs.length).toBeGreaterThan(10);
    expect(Math.max(...waitsMs)).toBeLessThan(activation.tookMs / 3);
  });

  it("reads one chunk of it again when one API has changed", async () => {
    await node.publish(largeSnapshot("/items"));
    const changed = node.stage(largeSnapshot("/articles"));
    // What it has decoded before is no longer to be had.
    const before = new Set(changed.chunks.filter(({ kind }) => kind === "api-version").map(({ sha256 }) => sha256));
    const same = node.stage(largeSnapshot("/items")).chunks.filter(({ sha256 }) => before.has(sha256));
    expect(same).toHaveLength(OTHER_VERSIONS);
    for (const { sha256 } of same) {
      rmSync(path.join(node.stateDirectory, STATE_FILES.chunks, `${sha256}.json`));
    }
    await node.activate(changed);
    // POST is still there.
    expect([await call("/articles"), await call("/items")]).toEqual([200, 405]);
  });
});

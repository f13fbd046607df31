import { readdirSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { request } from "undici";
import path from "node:path";
import { signManifest } from "../compiler/sign";
import { AgentProcess, buildPrograms, type BuiltPrograms } from "../testing/agent-process";
import { FakeControlPlane } from "../testing/fake-control-plane";
import { FakeUpstream } from "../testing/fake-upstream";
import { makeKey } from "../testing/make-key";
import { credentialFor, shopSnapshot } from "../testing/snapshots";
import { buildRuntime } from "../testing/test-node";
import { waitFor } from "../testing/wait-for";
import { ControlFile } from "./state/control-file";

const key = makeKey("agent");
let programs: BuiltPrograms;
let controlPlane: FakeControlPlane;
let upstream: FakeUpstream;
let agent: AgentProcess;
/** Calls that were answered, whatever the answer. */
let answered = 0;

beforeAll(async () => {
  buildRuntime();
  programs = await buildPrograms();
  controlPlane = await FakeControlPlane.start();
  upstream = await FakeUpstream.start();
  upstream.keepsRequests = false;
  agent = await AgentProcess.create({
    programs,
    controlPlaneUrl: controlPlane.url,
    enrolToken: controlPlane.enrolToken,
    environment: {
      GATEHOUSE_NGINX: "/usr/sbin/nginx",
      GATEHOUSE_LUA_DIR: path.resolve(import.meta.dirname, "../../dist/gateway/lua"),
    },
  });
  controlPlane.publish(shopSnapshot([upstream.url]));
  controlPlane.putCredentials([credentialFor(key)]);
  agent.start();
  await waitFor("the node to be ready", isReady);
});

afterAll(async () => {
  await agent.dispose();
  await controlPlane.stop();
  await upstream.stop();
});

async function isReady(): Promise<boolean> {
  try {
    const { statusCode, body } = await request(`http://127.0.0.1:${agent.statusPort}/ready`);
    await body.dump();
    return statusCode === 200;
  } catch {
    return false;
  }
}

async function call(presented = key): Promise<{ status: number; release: string }> {
  const { statusCode, headers, body } = await request(`http://127.0.0.1:${agent.port}/shop/v1/items`, {
    headers: { "x-api-key": presented },
  });
  await body.dump();
  answered += 1;
  return { status: statusCode, release: String(headers["gatehouse-release"]) };
}

async function untilAllCounted(): Promise<void> {
  await waitFor(
    `${answered} counted requests, ${controlPlane.countedRequests()} came; the agent said:\n${agent.output.slice(-2_000)}`,
    () => controlPlane.countedRequests() >= answered,
  );
  expect(controlPlane.countedRequests()).toBe(answered);
}

describe("agent, nginx and worker code together", () => {
  it("serve calls and count each exactly once", async () => {
    const results = await Promise.all(Array.from({ length: 200 }, () => call()));
    expect(results.every(({ status }) => status === 200)).toBe(true);
    expect((await call(makeKey("unknown"))).status).toBe(401);
    await untilAllCounted();
    const refused = controlPlane.rows().filter(({ outcome }) => outcome === "unauthenticated");
    expect(refused.reduce((sum, row) => sum + row.requests, 0)).toBe(1);
  });

  it("refuse a revoked key within a second", async () => {
    const revoked = makeKey("revoked");
    controlPlane.putCredentials([credentialFor(revoked, { credential: 2 })]);
    await waitFor("the new key to work", async () => (await call(revoked)).status === 200, 1_000);
    const since = Date.now();
    controlPlane.putCredentials([credentialFor(revoked, { credential: 2, state: "revoked" })]);
    await waitFor("the key to be refused", async () => (await call(revoked)).status === 401, 1_000);
    expect(Date.now() - since).toBeLessThan(1_000);
  });

  it("take up 20 releases under load without one failed call", async () => {
    let isPublishing = true;
    const failures: number[] = [];
    const load = Promise.all(
      Array.from({ length: 4 }, async () => {
        while (isPublishing) {
          const { status } = await call();
          if (status !== 200) {
            failures.push(status);
          }
        }
      }),
    );
    for (let version = 0; version < 20; version += 1) {
      const release = controlPlane.publish({
        ...shopSnapshot([upstream.url]),
        portalUrl: `http://portal-${version}.test`,
      });
      await waitFor(`release ${release}`, () => controlPlane.lastHeartbeat?.release === release);
      expect(controlPlane.lastHeartbeat?.activationMs).toBeLessThan(1_000);
    }
    isPublishing = false;
    await load;
    expect(failures).toEqual([]);
    expect((await call()).release).toBe(String(controlPlane.release));
    await untilAllCounted();
  });

  it("keep serving a release that the workers refuse to replace", async () => {
    const running = controlPlane.release!;
    const snapshot = shopSnapshot([upstream.url]);
    controlPlane.publish({ ...snapshot, portalUrl: "http://damaged.test" });
    const wanted = JSON.parse(controlPlane.manifests.get(controlPlane.release!)!.manifest) as { release: number };
    await waitFor("the sound one", () => controlPlane.lastHeartbeat?.release === wanted.release);
    // Signed and of the right form, but without its upstreams: only linking it finds that out.
    const manifest = JSON.parse(controlPlane.manifests.get(wanted.release)!.manifest) as {
      release: number;
      chunks: { kind: string }[];
    };
    const text = JSON.stringify({
      ...manifest,
      release: wanted.release + 1,
      chunks: manifest.chunks.filter(({ kind }) => kind !== "upstreams"),
    });
    controlPlane.offer(wanted.release + 1, signManifest(text, controlPlane.privateKey));
    await waitFor("the worker's reason in a heartbeat", () =>
      controlPlane.lastHeartbeat?.problems.some(({ message }) => message.includes("lacks")),
    );
    expect(await call()).toEqual({ status: 200, release: String(wanted.release) });
    expect(wanted.release).toBeGreaterThan(running);
    controlPlane.publish(snapshot);
    await waitFor("the next sound release", () => controlPlane.lastHeartbeat?.release === controlPlane.release);
    await waitFor("no problem", () => controlPlane.lastHeartbeat?.problems.length === 0);
  });

  it("lose no count when a worker is killed", async () => {
    await Promise.all(Array.from({ length: 100 }, () => call()));
    process.kill(workerPid(), "SIGKILL");
    for (let number = 0; number < 100; number += 1) {
      await call().catch(() => undefined);
    }
    await waitFor("the node to be ready", isReady);
    await waitFor("all counts", () => controlPlane.countedRequests() >= answered);
    expect(controlPlane.countedRequests()).toBe(answered);
  });

  it("go on when nginx's master is killed, without waiting for its workers", async () => {
    const master = agent.nginxPid()!;
    process.kill(master, "SIGKILL");
    await waitFor("another master", () => agent.nginxPid() !== undefined && agent.nginxPid() !== master);
    await waitFor("the node to be ready", isReady);
    expect((await call()).status).toBe(200);
    await untilAllCounted();
  });

  it("serve without the agent and the control plane, and count what was called meanwhile", async () => {
    await agent.end("SIGKILL");
    await controlPlane.goAway();
    const nginx = agent.nginxPid();
    for (let number = 0; number < 50; number += 1) {
      expect((await call()).status).toBe(200);
    }
    agent.start();
    await agent.waitForOutput("adopted the running nginx");
    expect(agent.nginxPid()).toBe(nginx);
    await controlPlane.comeBack();
    await untilAllCounted();
  });

  it("take on a changed setting by a reload, without one failed call", async () => {
    const nginx = agent.nginxPid();
    await agent.end("SIGKILL");
    const calls = Promise.all(Array.from({ length: 300 }, () => call()));
    agent.start({ GATEHOUSE_GATEWAY_WORKERS: "3" });
    await waitFor("three ready workers", () => {
      const { expected, ready } = controlPlane.lastHeartbeat?.workers ?? {};
      return expected === 3 && ready === 3;
    });
    expect((await calls).every(({ status }) => status === 200)).toBe(true);
    expect(agent.nginxPid()).toBe(nginx);
    await untilAllCounted();
  });

  it("start from disk without the control plane and serve at once", async () => {
    expect(await agent.end("SIGTERM")).toBe(0);
    await controlPlane.goAway();
    agent.start();
    await waitFor("the node to be ready", isReady);
    expect((await call()).status).toBe(200);
    await controlPlane.comeBack();
    await untilAllCounted();
  });

  it("keep no finished meter file, and show metrics through nginx", async () => {
    await waitFor("only the files of the running workers", () => readdirSync(agent.file("meters")).length === 2);
    const { body } = await request(`http://127.0.0.1:${agent.statusPort}/metrics`);
    const text = await body.text();
    expect(text).toContain(`gatehouse_release ${controlPlane.release}\n`);
    expect(text).toMatch(/gatehouse_api_version_requests_total\{api_version="shop\/v1"\} [1-9]/);
    expect(text).toContain("gatehouse_nginx_up 1\n");
  });
});

function workerPid(): number {
  const control = new ControlFile(agent.file("node.control"));
  const pid = control.readWorkers(1)[0]!.pid;
  control.close();
  return pid;
}

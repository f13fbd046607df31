import { once } from "node:events";
import { readFileSync, readdirSync, renameSync, statSync, writeFileSync } from "node:fs";
import { connect } from "node:tls";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { request } from "undici";
import path from "node:path";
import { signManifest } from "../compiler/sign";
import type { CachePurge } from "../contract/cache-purges";
import { AgentProcess, buildPrograms, type BuiltPrograms } from "../testing/agent-process";
import { FakeControlPlane } from "../testing/fake-control-plane";
import { FakeUpstream } from "../testing/fake-upstream";
import { findFreePort } from "../testing/free-port";
import { makeKey } from "../testing/make-key";
import { credentialFor, shopSnapshot } from "../testing/snapshots";
import { buildRuntime } from "../testing/test-node";
import { waitFor } from "../testing/wait-for";
import { issueCertificate } from "./certificates/issue-certificate";
import { ControlFile } from "./state/control-file";

const key = makeKey("agent");
let programs: BuiltPrograms;
let controlPlane: FakeControlPlane;
let upstream: FakeUpstream;
let agent: AgentProcess;
let tlsPort: number;
/** Calls that were answered, whatever the answer. */
let answered = 0;

beforeAll(async () => {
  buildRuntime();
  programs = await buildPrograms();
  controlPlane = await FakeControlPlane.start();
  upstream = await FakeUpstream.start();
  upstream.keepsRequests = false;
  tlsPort = await findFreePort();
  agent = await AgentProcess.create({
    programs,
    controlPlaneUrl: controlPlane.url,
    enrolToken: controlPlane.enrolToken,
    environment: {
      GATEHOUSE_NGINX: "/usr/sbin/nginx",
      GATEHOUSE_GATEWAY_TLS_PORT: String(tlsPort),
      GATEHOUSE_REQUEST_LOG_FILE_MB: "1",
      GATEHOUSE_GATEWAY_UPSTREAM_CA_FILE: writeOneAuthority(programs.directory),
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

/** nginx would read the machine's hundred and forty for each of its locations, at each start and reload of this file. */
function writeOneAuthority(directory: string): string {
  const file = path.join(directory, "authority.pem");
  const validity = { notBefore: new Date(0), notAfter: new Date(Date.now() + 86_400_000) };
  writeFileSync(file, issueCertificate({ ...validity, names: ["Test CA"], isAuthority: true }).certificate);
  return file;
}

function workers(): number[] {
  const master = agent.nginxPid() ?? 0;
  return readFileSync(`/proc/${master}/task/${master}/children`, "utf8").trim().split(" ").map(Number);
}

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

async function shownTo(servername: string): Promise<string | undefined> {
  const socket = connect({ port: tlsPort, host: "127.0.0.1", servername, rejectUnauthorized: false });
  await once(socket, "secureConnect");
  const { subjectaltname } = socket.getPeerCertificate();
  socket.destroy();
  return subjectaltname;
}

async function untilAllCounted(): Promise<void> {
  await waitFor(
    `${answered} counted requests, ${controlPlane.countedRequests()} came; the agent said:\n${agent.output.slice(-2_000)}`,
    () => controlPlane.countedRequests() >= answered,
  );
  expect(controlPlane.countedRequests()).toBe(answered);
}

describe("agent, nginx and worker code together", () => {
  it("replace a killed worker, also when the file with the authorities of upstreams has gone", async () => {
    const authorities = path.join(programs.directory, "authority.pem");
    renameSync(authorities, `${authorities}.away`);
    const before = workers();
    process.kill(before[0] ?? 0, "SIGKILL");
    await waitFor("another worker", () => !workers().includes(before[0] ?? 0) && workers().length === before.length);
    await waitFor("the node to be ready", isReady);
    const calls = await Promise.all(Array.from({ length: 10 }, () => call()));
    expect(new Set(calls.map(({ status }) => status))).toEqual(new Set([200]));
    renameSync(`${authorities}.away`, authorities);
  });

  it("forget kept answers of a scope within a second of a purge, and what was purged while the control plane was away", async () => {
    const fromCache = async (path: string) => {
      const { headers, body } = await request(`http://127.0.0.1:${agent.port}/shop/v1${path}`, {
        headers: { "x-api-key": key },
      });
      await body.dump();
      answered += 1;
      return headers["cache-status"] === "gatehouse; hit";
    };
    const policies = [{ policy: "response-cache", config: {} }];
    const release = controlPlane.publish(shopSnapshot([upstream.url], { version: { policies } }));
    await waitFor("the release with a cache", async () => (await call()).release === String(release));
    const purge = (entry: CachePurge) => {
      controlPlane.cachePurges.push(entry);
      controlPlane.announce({ type: "cache-purges" });
    };
    const scopes: [CachePurge, string[]][] = [
      [{ scope: "path", path: "/shop/v1/items/1" }, ["/items/1"]],
      [{ scope: "operation", id: 11 }, ["/items"]],
      [{ scope: "api-version", id: 1 }, ["/items", "/items/1", "/items/2"]],
      [{ scope: "environment" }, ["/items", "/items/1", "/items/2"]],
    ];
    const all = ["/items", "/items/1", "/items/2"];
    for (const [scope, forgotten] of scopes) {
      for (const path of all) {
        await fromCache(path);
        expect(await fromCache(path), path).toBe(true);
      }
      const purgedAt = performance.now();
      purge(scope);
      await waitFor("the purge", async () => !(await fromCache(forgotten[0]!)));
      expect(performance.now() - purgedAt).toBeLessThan(1000);
      for (const path of all.filter((other) => other !== forgotten[0])) {
        expect(await fromCache(path), `${scope.scope} ${path}`).toBe(!forgotten.includes(path));
      }
    }
    await controlPlane.goAway();
    controlPlane.cachePurges.push({ scope: "environment" });
    expect(await fromCache("/items/1")).toBe(true);
    await controlPlane.comeBack();
    await waitFor("the missed purge", async () => !(await fromCache("/items/1")), 15_000);
    expect(await fromCache("/items/1")).toBe(true);
  });

  it("show the certificates of the environment, which nobody else on the machine can read", async () => {
    const notAfter = new Date(Date.now() + 86_400_000);
    const issued = issueCertificate({ names: ["api.example"], notBefore: new Date(0), notAfter });
    const { certificate: chain, privateKey } = issued;
    const seconds = Math.floor(notAfter.getTime() / 1000);
    const certificate = { name: "api", serverNames: ["api.example"], chain, privateKey, notAfter: seconds };
    controlPlane.certificates = { version: "1", certificates: [certificate] };
    controlPlane.announce({ type: "certificates" });
    await waitFor("the certificate to be shown", async () => (await shownTo("api.example")) === "DNS:api.example");
    expect(await shownTo("other.example")).toBe("DNS:localhost");
    for (const file of ["certificates.json", "fallback.pem"]) {
      expect(statSync(path.join(agent.stateDirectory, file)).mode & 0o777).toBe(0o600);
    }
    const { body } = await request(`http://127.0.0.1:${agent.statusPort}/metrics`);
    expect(await body.text()).toContain(`gatehouse_certificate_not_after_seconds{certificate="api"} ${seconds}`);
    controlPlane.certificates = { version: "2", certificates: [] };
    controlPlane.announce({ type: "certificates" });
    await waitFor("the certificate to be gone", async () => (await shownTo("api.example")) === "DNS:localhost");
  });

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
    await waitFor("the new key to work", async () => (await call(revoked)).status === 200);
    const asked = performance.now();
    await call(revoked);
    // On a machine so busy that one call takes long, as much longer as that.
    const secondMs = 1_000 + 20 * (performance.now() - asked);
    const since = performance.now();
    controlPlane.putCredentials([credentialFor(revoked, { credential: 2, state: "revoked" })]);
    await waitFor("the key to be refused", async () => (await call(revoked)).status === 401);
    expect(performance.now() - since).toBeLessThan(secondMs);
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
    const activationsMs: number[] = [];
    for (let version = 0; version < 20; version += 1) {
      const release = controlPlane.publish({
        ...shopSnapshot([upstream.url]),
        portalUrl: `http://portal-${version}.test`,
      });
      await waitFor(`release ${release}`, () => controlPlane.lastHeartbeat?.release === release);
      activationsMs.push(controlPlane.lastHeartbeat?.activationMs ?? Infinity);
    }
    // The middle one: what holds one of them up is the machine.
    expect(activationsMs.sort((left, right) => left - right)[10]).toBeLessThan(1_000);
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

  it("start with the release that callers saw last, however soon they end after it", async () => {
    for (let round = 0; round < 3; round += 1) {
      const release = controlPlane.publish(shopSnapshot([upstream.url]));
      await waitFor("a call to see the release", async () => (await call()).release === String(release));
      await agent.end("SIGTERM");
      await controlPlane.goAway();
      agent.start();
      await waitFor("the node to be ready", isReady);
      expect((await call()).release).toBe(String(release));
      await controlPlane.comeBack();
    }
    await untilAllCounted();
  });

  it("write every refused call down once, while control plane, agent and a worker are killed in between", async () => {
    const ids: string[] = [];
    const refuse = async (count: number) => {
      for (let number = 0; number < count; number += 1) {
        const { headers, body } = await request(`http://127.0.0.1:${agent.port}/shop/v1/items`);
        await body.dump();
        ids.push(String(headers["x-request-id"]));
        answered += 1;
      }
    };
    controlPlane.lostAnswers = 0.5;
    await refuse(20);
    await controlPlane.goAway();
    await refuse(20);
    await agent.end("SIGKILL");
    await refuse(20);
    process.kill(workerPid(), "SIGKILL");
    agent.start();
    await waitFor("the node to be ready", isReady);
    await refuse(20);
    await controlPlane.comeBack();
    const arrived = () => controlPlane.requestRecords().filter(({ requestId }) => ids.includes(requestId));
    await waitFor("the records", () => arrived().length >= ids.length);
    controlPlane.lostAnswers = 0;
    expect(
      arrived()
        .map(({ requestId }) => requestId)
        .sort(),
    ).toEqual([...ids].sort());
    expect(arrived().every(({ code, policy }) => code === "key_missing" && policy === "key-auth")).toBe(true);
    const lines = readFileSync(agent.file("requests.log"), "utf8");
    expect(ids.filter((id) => !lines.includes(`"requestId":"${id}"`))).toEqual([]);
    await untilAllCounted();
  });

  it("keep no finished meter file, and show metrics through nginx", async () => {
    // A meter and the flights of each of the two.
    await waitFor("only the files of the running workers", () => readdirSync(agent.file("meters")).length === 4);
    await waitFor("only the rings of the running workers", () => ringsOf(agent).length === 2);
    const { body } = await request(`http://127.0.0.1:${agent.statusPort}/metrics`);
    const text = await body.text();
    expect(text).toMatch(/gatehouse_request_log_records_total [1-9]/);
    expect(text).toContain("gatehouse_request_log_dropped_total 0\n");
    expect(text).toContain(`gatehouse_release ${controlPlane.release}\n`);
    expect(text).toMatch(/gatehouse_api_version_requests_total\{api_version="shop\/v1"\} [1-9]/);
    expect(text).toContain("gatehouse_nginx_up 1\n");
  });
});

function ringsOf(node: AgentProcess): string[] {
  return readdirSync(node.file("requests")).filter((name) => name.endsWith(".ring"));
}

function workerPid(): number {
  const control = new ControlFile(agent.file("node.control"));
  const pid = control.readWorkers(1)[0]!.pid;
  control.close();
  return pid;
}

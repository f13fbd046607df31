import { createHash } from "node:crypto";
import { readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import path from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { signManifest } from "../compiler/sign";
import { AgentProcess, buildPrograms, type BuiltPrograms } from "../testing/agent-process";
import { CredentialReader, generationsIn } from "../testing/credential-reader";
import { FakeControlPlane } from "../testing/fake-control-plane";
import { credentialFor, shopSnapshot } from "../testing/snapshots";
import { waitFor } from "../testing/wait-for";
import { commandLineOf } from "./nginx/processes";
import { Client, request } from "undici";

// Each test starts two or three processes, on machines whose cores are busy with the other tests.
vi.setConfig({ testTimeout: 60_000 });

let programs: BuiltPrograms;
let controlPlane: FakeControlPlane;
let agent: AgentProcess;

beforeAll(async () => {
  programs = await buildPrograms();
});

beforeEach(async () => {
  controlPlane = await FakeControlPlane.start();
  agent = await AgentProcess.create({
    programs,
    controlPlaneUrl: controlPlane.url,
    enrolToken: controlPlane.enrolToken,
  });
});

afterEach(async () => {
  await agent.dispose();
  await controlPlane.stop();
});

afterAll(() => {
  rmSync(programs.directory, { recursive: true, force: true });
});

function publishShop(title = "one", options: { release?: number; rollback?: boolean } = {}): number {
  return controlPlane.publish({ ...shopSnapshot(["http://127.0.0.1:9/"]), portalUrl: `http://${title}.test` }, options);
}

async function untilRelease(release: number): Promise<void> {
  try {
    await waitFor(`release ${release}`, () => controlPlane.lastHeartbeat?.release === release, 30_000);
  } catch (error) {
    throw new Error(`the agent said:\n${agent.output}`, { cause: error });
  }
}

function untilProblem(text: string): Promise<unknown> {
  return waitFor(`the problem "${text}"`, () =>
    controlPlane.lastHeartbeat?.problems.some(({ code, message }) => `${code}: ${message}`.includes(text)),
  );
}

describe("a node with a control plane", () => {
  it("enrols, takes up release and credentials, and reports itself ready", async () => {
    publishShop();
    controlPlane.putCredentials([credentialFor("a")]);
    agent.start();
    await untilRelease(1);
    const ready = () =>
      controlPlane.lastHeartbeat?.workers.ready === 2 && controlPlane.lastHeartbeat.credentialCursor === 1;
    await waitFor("two ready workers", ready);
    expect(controlPlane.lastHeartbeat?.problems).toEqual([]);
    expect(controlPlane.lastHeartbeat?.activationMs).toBeLessThan(1_000);
    expect(statSync(agent.file("node.json")).mode & 0o777).toBe(0o600);
  });

  it("waits for a control plane that is not there yet", async () => {
    await controlPlane.goAway();
    agent.start();
    await agent.waitForOutput("cannot enrol yet");
    publishShop();
    await controlPlane.comeBack();
    await untilRelease(1);
  });

  it("takes up a release within a second of its announcement and fetches only the chunk that changed", async () => {
    publishShop();
    agent.start();
    await untilRelease(1);
    const before = controlPlane.calls.length;
    publishShop("two");
    await untilRelease(2);
    expect(controlPlane.lastHeartbeat?.activationMs).toBeLessThan(1_000);
    const fetched = controlPlane.calls.slice(before).filter((call) => call.includes("/chunks/"));
    expect(fetched).toHaveLength(1);
  });

  it("learns of a release from its heartbeat's answer when the stream is lost, and opens the stream again", async () => {
    publishShop();
    agent.start();
    await untilRelease(1);
    controlPlane.silent = true;
    publishShop("two");
    await untilRelease(2);
    await controlPlane.goAway();
    controlPlane.silent = false;
    await controlPlane.comeBack();
    await waitFor("the stream to be open again", () => controlPlane.openStreams === 1);
    publishShop("three");
    await untilRelease(3);
  });

  it("serves metrics with the release on its socket", async () => {
    publishShop();
    agent.start();
    await untilRelease(1);
    const client = new Client("http://agent", { socketPath: agent.file("agent.sock") });
    const { body } = await client.request({ path: "/metrics", method: "GET" });
    const text = await body.text();
    await client.close();
    expect(text).toContain("gatehouse_release 1\n");
    expect(text).toContain('gatehouse_requests_total{outcome="rate_limited"} 0\n');
    expect(text).toContain('le="+Inf"} 0\n');
  });
});

describe("a release that must not be run leaves the one that runs and is reported", () => {
  beforeEach(async () => {
    publishShop();
    publishShop("two");
    agent.start();
    await untilRelease(2);
  });

  afterEach(async () => {
    // The problem is told before everybody is back where they were.
    await expect
      .poll(() => JSON.parse(readFileSync(agent.file("active.json"), "utf8")) as unknown)
      .toMatchObject({ release: 2 });
    await expect.poll(() => controlPlane.lastHeartbeat?.release).toBe(2);
  });

  it("when its manifest is signed with another key", async () => {
    const other = await FakeControlPlane.start();
    const signed = controlPlane.manifests.get(2)!;
    controlPlane.offer(3, signManifest(signed.manifest.replace('"release":2', '"release":3'), other.privateKey));
    await other.stop();
    await untilProblem("signature does not match");
  });

  it("when its manifest was changed after signing", async () => {
    const signed = controlPlane.manifests.get(2)!;
    controlPlane.offer(3, { ...signed, manifest: signed.manifest.replace('"release":2', '"release":3') });
    await untilProblem("signature does not match");
  });

  it("when it belongs to another environment", async () => {
    const manifest = controlPlane.manifests.get(2)!.manifest.replace('"production"', '"staging"');
    controlPlane.offer(3, signManifest(manifest.replace('"release":2', '"release":3'), controlPlane.privateKey));
    await untilProblem('environment "staging"');
  });

  it("when its format is unknown", async () => {
    const manifest = controlPlane.manifests.get(2)!.manifest.replace('"format":1', '"format":2');
    controlPlane.offer(3, signManifest(manifest.replace('"release":2', '"release":3'), controlPlane.privateKey));
    await untilProblem("not a manifest of format 1");
  });

  it("when it is older and no rollback", async () => {
    publishShop("one", { release: 1 });
    await untilProblem("manifest_older");
  });

  it("when a chunk is not the one that the manifest names", async () => {
    controlPlane.silent = true;
    publishShop("three");
    const chunks = JSON.parse(controlPlane.manifests.get(3)!.manifest) as { chunks: { sha256: string }[] };
    for (const { sha256 } of chunks.chunks) {
      controlPlane.chunks.set(
        sha256,
        Buffer.from(controlPlane.chunks.get(sha256)!.toString().replace("three", "thre3")),
      );
    }
    await untilProblem("chunk_damaged");
  });

  it("when a policy is unknown", async () => {
    const text = JSON.stringify({
      kind: "settings",
      environment: "production",
      portalUrl: "http://x.test",
      chain: [{ policy: "no-such-policy", plan: {} }],
    });
    const sha256 = createHash("sha256").update(text).digest("hex");
    const manifest = JSON.parse(controlPlane.manifests.get(2)!.manifest) as { chunks: object[]; release: number };
    controlPlane.chunks.set(sha256, Buffer.from(text));
    manifest.chunks[0] = { kind: "settings", name: "settings", sha256, bytes: text.length };
    manifest.release = 3;
    controlPlane.offer(3, signManifest(JSON.stringify(manifest), controlPlane.privateKey));
    await untilProblem('policy "no-such-policy"');
  });

  it("when it has no API versions and does not say that this is meant", async () => {
    const manifest = JSON.parse(controlPlane.manifests.get(2)!.manifest) as { chunks: { kind: string }[] };
    const chunks = manifest.chunks.filter(({ kind }) => kind !== "api-version");
    const text = JSON.stringify({ ...manifest, release: 3, chunks, empty: false });
    controlPlane.offer(3, signManifest(text, controlPlane.privateKey));
    await untilProblem("no API versions");
  });

  it("when a worker cannot take it up; all workers go back", async () => {
    writeFileSync(agent.file("fake-nginx.json"), JSON.stringify({ refuse: [3] }));
    publishShop("three");
    await untilProblem("told to refuse");
  });
});

describe("a node that goes on", () => {
  it("goes back to an older release when the manifest is a signed rollback", async () => {
    publishShop();
    publishShop("two");
    agent.start();
    await untilRelease(2);
    publishShop("one", { release: 1, rollback: true });
    await untilRelease(1);
    expect(controlPlane.lastHeartbeat?.problems).toEqual([]);
  });

  it("starts from disk without a control plane, and catches up when it is back", async () => {
    publishShop();
    controlPlane.putCredentials([credentialFor("a")]);
    agent.start();
    await untilRelease(1);
    await waitFor("credentials", () => controlPlane.lastHeartbeat?.credentialCursor === 1);
    expect(await agent.end("SIGTERM")).toBe(0);
    await controlPlane.goAway();
    agent.start();
    await agent.waitForOutput("gateway runs");
    await waitFor("nginx to answer", () => answers(agent.port));
    expect(readFileSync(agent.file("active.json"), "utf8")).toContain('"release":1');
    publishShop("two");
    await controlPlane.comeBack();
    await untilRelease(2);
  });

  it("reads the credentials anew when the control plane's log was set back", async () => {
    publishShop();
    controlPlane.putCredentials([credentialFor("a"), credentialFor("b"), credentialFor("c")]);
    agent.start();
    await waitFor("credentials", () => controlPlane.lastHeartbeat?.credentialCursor === 3);
    controlPlane.resetCredentials([credentialFor("a")]);
    await waitFor("the older log", () => controlPlane.lastHeartbeat?.credentialCursor === 1);
    const reader = new CredentialReader(agent.stateDirectory, generationsIn(agent.stateDirectory)[0]!);
    expect(reader.find(credentialFor("a").hash)).toBeDefined();
    expect(reader.find(credentialFor("b").hash)).toBeUndefined();
  });

  it("does not run a release from the disk that somebody changed there", async () => {
    publishShop();
    agent.start();
    await untilRelease(1);
    await agent.end("SIGTERM");
    await controlPlane.goAway();
    for (const name of ["release.json", "manifests/1.json"]) {
      const text = readFileSync(agent.file(name), "utf8");
      writeFileSync(agent.file(name), text.replace('\\"release\\":1', '\\"release\\":9'));
    }
    agent.start();
    await agent.waitForOutput("cannot be run");
    await controlPlane.comeBack();
    await untilRelease(1);
  });

  it("leaves nginx serving when the agent is killed; the next agent adopts it", async () => {
    publishShop();
    agent.start();
    await untilRelease(1);
    const nginx = agent.nginxPid();
    await agent.end("SIGKILL");
    expect(await answers(agent.port)).toBe(true);
    agent.start();
    await agent.waitForOutput("adopted the running nginx");
    expect(agent.nginxPid()).toBe(nginx);
    publishShop("two");
    await untilRelease(2);
  });

  it("starts nginx again when it dies", async () => {
    publishShop();
    agent.start();
    await untilRelease(1);
    const nginx = agent.nginxPid()!;
    process.kill(nginx, "SIGKILL");
    await waitFor("another nginx", () => agent.nginxPid() !== undefined && agent.nginxPid() !== nginx);
    await waitFor("nginx to answer", () => answers(agent.port));
    await waitFor("ready workers", () => controlPlane.lastHeartbeat?.workers.ready === 2);
  });

  it("ends with code 0 and without nginx at SIGTERM", async () => {
    agent.start();
    await agent.waitForOutput("gateway runs");
    const nginx = agent.nginxPid()!;
    expect(await agent.end("SIGTERM")).toBe(0);
    expect(commandLineOf(nginx)).toBeUndefined();
  });
});

describe("what keeps it from starting is said in one sentence", () => {
  async function expectRefusal(pattern: RegExp): Promise<void> {
    agent.start();
    expect(await agent.exit()).toBe(1);
    // A sentence on standard error may come before or after log lines on standard output, and after the end of the process.
    await expect.poll(() => agent.output.split("\n").filter((line) => pattern.test(line))).toHaveLength(1);
  }

  async function another(environment: Record<string, string>, enrolToken?: string): Promise<void> {
    await agent.dispose();
    agent = await AgentProcess.create({ programs, controlPlaneUrl: controlPlane.url, enrolToken, environment });
  }

  it("a port in use", async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(agent.port, "127.0.0.1", resolve));
    await expectRefusal(/^Port \d+ on 127\.0\.0\.1 is in use; .* GATEHOUSE_GATEWAY_PORT/);
    await new Promise((resolve) => server.close(resolve));
  });

  it("nginx that is not installed", async () => {
    await another({ GATEHOUSE_NGINX: "/nowhere/nginx" }, controlPlane.enrolToken);
    await expectRefusal(/^nginx is not installed .*apt-get install/);
  });

  it("a Lua library that nginx lacks, which shows only when it runs", async () => {
    const words = "nginx: [error] init_by_lua error: json.lua:3: module 'cjson.safe' not found:";
    const nginx = path.join(programs.directory, "nginx-without-cjson");
    writeFileSync(nginx, `#!/bin/sh\ncase "$1" in -t) exit 0 ;; *) echo "${words}" >&2; exit 1 ;; esac\n`, {
      mode: 0o755,
    });
    await another({ GATEHOUSE_NGINX: nginx }, controlPlane.enrolToken);
    await expectRefusal(/^nginx lacks a Lua library: apt-get install .*lua-cjson/);
  });

  it("authorities of upstreams that cannot be read, or are none", async () => {
    await another({ GATEHOUSE_GATEWAY_UPSTREAM_CA_FILE: "/nowhere/ca.pem" }, controlPlane.enrolToken);
    await expectRefusal(/^GATEHOUSE_GATEWAY_UPSTREAM_CA_FILE is \/nowhere\/ca\.pem, which cannot be read: ENOENT/);
    await another({ GATEHOUSE_GATEWAY_UPSTREAM_CA_FILE: import.meta.filename }, controlPlane.enrolToken);
    await expectRefusal(/^GATEHOUSE_GATEWAY_UPSTREAM_CA_FILE is .*agent\.test\.ts, which holds no certificate/);
  });

  it("no enrolment token", async () => {
    await another({});
    await expectRefusal(/^This node has no identity yet .*GATEHOUSE_ENROL_TOKEN/);
  });

  it("a refused enrolment token", async () => {
    await another({}, "wrong");
    await expectRefusal(/refuses GATEHOUSE_ENROL_TOKEN/);
  });

  it("another agent on the same directory", async () => {
    agent.start();
    await agent.waitForOutput("gateway runs");
    const second = await AgentProcess.create({
      programs,
      controlPlaneUrl: controlPlane.url,
      environment: { GATEHOUSE_STATE_DIR: agent.stateDirectory },
    });
    second.start();
    expect(await second.exit()).toBe(1);
    await expect.poll(() => second.output).toMatch(/^Another agent already runs on this state directory/);
    await second.dispose();
  });

  it("no compiled worker code", async () => {
    await another({ GATEHOUSE_LUA_DIR: path.join(programs.directory, "nowhere") }, controlPlane.enrolToken);
    await expectRefusal(/run "npm run build:gateway"/);
  });
});

async function answers(port: number): Promise<boolean> {
  try {
    return (await request(`http://127.0.0.1:${port}/`)).statusCode === 200;
  } catch {
    return false;
  }
}

import { createHash } from "node:crypto";
import { crc32 } from "node:zlib";
import { isWellFormedKey } from "../../contract/key-format";
import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { stringify } from "yaml";
import { bundle } from "../../testing/agent-process";
import { FakeUpstream } from "../../testing/fake-upstream";
import { findFreePort } from "../../testing/free-port";
import { makeKey } from "../../testing/make-key";
import { waitFor } from "../../testing/wait-for";

/** The program as people call it: a gateway from a file, without portal and database. */
const LUA = path.resolve(import.meta.dirname, "../../../dist/gateway/lua");
const key = makeKey("alone");
let directory: string;
let program: string;
let upstream: FakeUpstream;

const inside = (name: string) => path.join(directory, name);

beforeAll(async () => {
  directory = mkdtempSync(path.join(tmpdir(), "gatehouse-alone-"));
  program = inside("gatehouse-gateway.mjs");
  await bundle("gateway/agent/cli.ts", program);
  upstream = await FakeUpstream.start();
});

afterAll(async () => {
  await upstream.stop();
  rmSync(directory, { recursive: true, force: true });
});

interface FileChanges {
  readonly quota?: number;
  readonly operations?: readonly string[];
  readonly keys?: readonly string[];
  readonly isMirrored?: boolean;
}

function writeGatewayFile(changes: FileChanges = {}): void {
  const { isMirrored = false, keys = [key], operations = ["GET /items"], quota = 1_000 } = changes;
  const mirrored = {
    targets: [upstream.url, { url: `${upstream.url}/copies`, pool: "shadow" }],
    mirror: { pool: "shadow", percent: 100 },
  };
  const content = {
    apis: [{ name: "shop", basePath: "/shop/v1", upstream: isMirrored ? mirrored : upstream.url, operations }],
    plans: [{ name: "basic", limits: [{ name: "few", algorithm: "fixed-window", quota, windowSeconds: 3_600 }] }],
    applications: [{ name: "till", plans: ["basic"], keys }],
  };
  writeFileSync(inside("gateway.yaml"), stringify(content));
}

function call(...args: string[]): { code: number | null; out: string; err: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, [program, ...args], {
    cwd: directory,
    encoding: "utf8",
  });
  return { code: status, out: stdout, err: stderr };
}

const compile = (changes?: FileChanges) => {
  writeGatewayFile(changes);
  return call("compile", "gateway.yaml", "bundle");
};

class RunningGateway {
  output = "";
  #child: ChildProcess | undefined;

  private constructor(
    readonly port: number,
    readonly statusPort: number,
  ) {}

  static async start(): Promise<RunningGateway> {
    const gateway = new RunningGateway(await findFreePort(), await findFreePort());
    gateway.start();
    await gateway.untilReady();
    return gateway;
  }

  start(): void {
    const ports = ["--port", String(this.port), "--status-port", String(this.statusPort), "--workers", "1"];
    this.#child = spawn(process.execPath, [program, "run", "bundle", "--state", inside("state"), ...ports], {
      cwd: directory,
      stdio: ["ignore", "pipe", "pipe"],
      env: { PATH: "/usr/sbin:/usr/bin:/sbin:/bin", GATEHOUSE_LUA_DIR: LUA, GATEHOUSE_STOP_GRACE_SECONDS: "0" },
    });
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      stream?.on("data", (part: Buffer) => (this.output += part.toString("utf8")));
    }
  }

  async untilReady(): Promise<void> {
    await waitFor(`the gateway to be ready: ${this.output}`, () =>
      this.#status("ready").then(
        ({ ok }) => ok,
        () => false,
      ),
    );
  }

  async call(presented = key, target = "/shop/v1/items"): Promise<number> {
    const response = await fetch(`http://127.0.0.1:${this.port}${target}`, { headers: { "X-API-Key": presented } });
    await response.arrayBuffer();
    return response.status;
  }

  async metrics(): Promise<string> {
    return (await this.#status("metrics")).text();
  }

  async untilMetric(line: string): Promise<void> {
    await expect.poll(() => this.metrics()).toContain(line);
  }

  async end(signal: NodeJS.Signals): Promise<void> {
    const child = this.#child;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) {
      return;
    }
    const ended = new Promise((resolve) => child.once("exit", resolve));
    child.kill(signal);
    await ended;
  }

  #status(page: string): Promise<Response> {
    return fetch(`http://127.0.0.1:${this.statusPort}/${page}`);
  }
}

describe("gatehouse-gateway run", () => {
  let gateway: RunningGateway;

  beforeAll(async () => {
    expect(compile({ quota: 4 }).code).toBe(0);
    gateway = await RunningGateway.start();
  });

  afterAll(async () => {
    await gateway.end("SIGTERM");
    rmSync(inside("state"), { recursive: true, force: true });
  });

  it("answers calls with a key, and holds the plan's limit", async () => {
    expect(await gateway.call("no key")).toBe(401);
    const statuses: number[] = [];
    for (let index = 0; index < 6; index += 1) {
      statuses.push(await gateway.call());
    }
    expect(statuses).toEqual([200, 200, 200, 200, 429, 429]);
  });

  it("takes a change up without a failed call: a limit keeps what was used, a new operation and a new key work, an old key does not", async () => {
    const other = makeKey("other");
    expect(compile({ quota: 100_000, keys: [key] }).code).toBe(0);
    await expect.poll(() => gateway.call()).toBe(200);
    const statuses = new Set<number>();
    let isChanging = true;
    const calling = (async () => {
      while (isChanging) {
        statuses.add(await gateway.call());
      }
    })();
    expect(compile({ quota: 100_000, operations: ["GET /items", "GET /news"], keys: [key, other] }).code).toBe(0);
    await expect.poll(() => gateway.call(other, "/shop/v1/news")).toBe(200);
    isChanging = false;
    await calling;
    expect([...statuses]).toEqual([200]);
    expect(compile({ quota: 100_000, keys: [other] }).code).toBe(0);
    await expect.poll(() => gateway.call()).toBe(401);
    expect(await gateway.call(other)).toBe(200);
  });

  it("copies calls to a mirror of the gateway file, and counts the copies in /metrics", async () => {
    expect(compile({ isMirrored: true }).code).toBe(0);
    await gateway.untilMetric('gatehouse_upstream_mirror_total{api_version="shop/v1",result="mirrored"} 0');
    await expect
      .poll(async () => {
        await gateway.call();
        return gateway.metrics();
      })
      .toMatch(/gatehouse_upstream_mirror_total\{api_version="shop\/v1",result="mirrored"\} [1-9]/);
    expect(upstream.seen.some(({ url }) => url === "/copies/items")).toBe(true);
  });

  it("keeps what runs when the bundle is damaged, names it in the log and in /metrics, and takes up the mended one", async () => {
    expect(compile({ quota: 100_000 }).code).toBe(0);
    await expect.poll(() => gateway.call()).toBe(200);
    const manifest = readFileSync(inside("bundle/manifest.json"), "utf8");
    writeFileSync(inside("bundle/manifest.json"), manifest.replace("production", "production2"));
    await gateway.untilMetric('gatehouse_problem{code="bundle_refused"} 1');
    expect(gateway.output).toContain("the signature does not match the pinned key");
    expect(await gateway.call()).toBe(200);
    writeFileSync(inside("bundle/manifest.json"), manifest);
    await expect.poll(() => gateway.metrics()).not.toContain("bundle_refused");

    // A release whose chunk is not what it says.
    expect(compile({ quota: 100_000, operations: ["GET /items", "GET /more"] }).code).toBe(0);
    await expect.poll(() => gateway.call(key, "/shop/v1/more")).toBe(200);
    writeGatewayFile({ quota: 100_000, operations: ["GET /items", "GET /never"] });
    const before = new Set(readdirSync(inside("bundle/chunks")));
    await gateway.end("SIGTERM");
    expect(call("compile", "gateway.yaml", "bundle").code).toBe(0);
    const [fresh = ""] = readdirSync(inside("bundle/chunks")).filter((name) => !before.has(name));
    const text = readFileSync(inside(`bundle/chunks/${fresh}`), "utf8");
    writeFileSync(inside(`bundle/chunks/${fresh}`), text.replace("never", "fever"));
    gateway.start();
    await gateway.untilReady();
    await gateway.untilMetric('gatehouse_problem{code="release_refused"} 1');
    expect(gateway.output).toContain("chunk_damaged");
    expect(await gateway.call(key, "/shop/v1/more")).toBe(200);
    expect(await gateway.call(key, "/shop/v1/fever")).toBe(404);
    writeFileSync(inside(`bundle/chunks/${fresh}`), text);
    // What the chunks directory holds was written in place: the manifest, put anew, says that there is news.
    writeFileSync(inside("bundle/manifest.json"), readFileSync(inside("bundle/manifest.json"), "utf8"));
    await expect.poll(() => gateway.call(key, "/shop/v1/never")).toBe(200);
  });

  it("goes on through kill -9 of its agent, and starts again from its own disk when the bundle has gone", async () => {
    await gateway.end("SIGKILL");
    expect(await gateway.call()).toBe(200);
    gateway.start();
    await gateway.untilMetric("gatehouse_workers_ready 1");
    expect(await gateway.call()).toBe(200);
    writeFileSync(inside("bundle/credentials.json"), "{}");
    await gateway.end("SIGTERM");
    gateway.start();
    await gateway.untilReady();
    expect(await gateway.call()).toBe(200);
    await gateway.untilMetric('gatehouse_problem{code="bundle_refused"} 1');
    expect(gateway.output).toContain("credentials.json breaks its schema");
  });

  it("counts in /metrics by outcome and API version, and by nothing that has no bound", async () => {
    await gateway.call();
    await expect
      .poll(() => gateway.metrics())
      .toMatch(/gatehouse_api_version_requests_total\{api_version="shop\/v1"\} [1-9]/);
    const text = await gateway.metrics();
    expect(text).toMatch(/gatehouse_requests_total\{outcome="success"\} [1-9]/);
    expect(text).not.toContain("till");
    const labels = new Set([...text.matchAll(/[{,](\w+)="/g)].map(([, label]) => label));
    expect([...labels].sort()).toEqual(["api_version", "code", "environment", "le", "outcome", "version"]);
  });
});

describe("gatehouse-gateway run refuses to start", () => {
  it.each<[string, string[], RegExp]>([
    ["without a bundle", ["run", "nowhere"], /^The gateway cannot start: there is no bundle at .*nowhere\.\n$/],
    [
      "with an unknown option",
      ["run", "bundle", "--prot", "1"],
      /^Unknown option '--prot'; see gatehouse-gateway --help\.\n$/,
    ],
    [
      "with a port that is none",
      ["run", "bundle", "--port", "x"],
      /^GATEHOUSE_GATEWAY_PORT must be a whole number\.\n$/,
    ],
    ["without saying what", [], /^Say what to do\.\n/],
  ])("%s, in one sentence", (_name, args, words) => {
    const { code, err } = call(...args);
    expect(err).toMatch(words);
    expect(code).toBeGreaterThan(0);
  });
});

describe("gatehouse-gateway", () => {
  it("check tells what is in a bundle, or why not, with 0 or 1", () => {
    rmSync(inside("bundle"), { recursive: true, force: true });
    expect(compile().out).toContain("made release 1 in bundle");
    const good = call("check", "bundle");
    expect([good.code, good.err]).toEqual([0, ""]);
    expect(good.out).toContain("API          shop v1 at /shop/v1: 1 operation\n");
    writeFileSync(inside("bundle/credentials.json"), JSON.stringify({ credentials: "{}", signature: "AAAA" }));
    const bad = call("check", "bundle");
    expect(bad.err).toBe("1 problem:\n  credentials: the signature does not match the pinned key.\n");
    expect(bad.code).toBe(1);
  });

  it("chains prints what runs for each operation, in order, with what plans add", () => {
    rmSync(inside("bundle"), { recursive: true, force: true });
    const content = {
      policies: [{ policy: "ip-filter", config: { deny: ["192.0.2.1"] } }],
      apis: [
        {
          name: "shop",
          basePath: "/shop/v1",
          upstream: upstream.url,
          operations: [
            { method: "GET", path: "/items", policies: [{ policy: "timeout", config: { readTimeoutMs: 500 } }] },
            { method: "GET", path: "/orders" },
          ],
        },
        { name: "news", basePath: "/news", upstream: upstream.url, operations: ["GET /latest"], open: true },
      ],
      plans: [{ name: "basic", policies: [{ policy: "request-size", config: { maxBodyBytes: 10 } }] }],
      applications: [{ name: "till", plans: ["basic"], keys: [key] }],
    };
    writeFileSync(inside("gateway.yaml"), stringify(content));
    expect(call("compile", "gateway.yaml", "bundle").err).toBe("");
    const plan = "      under production/basic, after subscription: request-size\n";
    const items = "shop v1  GET /items\n      ip-filter → key-auth → subscription → rate-limit → timeout\n" + plan;
    const all = call("chains", "bundle");
    expect(all.err).toBe("");
    expect(all.out).toBe(
      items +
        "shop v1  GET /orders\n      ip-filter → key-auth → subscription → rate-limit\n" +
        plan +
        "news v1  GET /latest\n      ip-filter\n",
    );
    expect(call("chains", "bundle", "--api", "shop", "--operation", "GET /items").out).toBe(items);
    const none = call("chains", "bundle", "--api", "nothing");
    expect([none.code, none.out]).toEqual([1, ""]);
  });

  it("new-key makes a key that the gateway can tell from a mistyped one", () => {
    const { out } = call("new-key");
    const [, made = "", hash] = /^key +(\S+)\nsha256 +(\S+)\n$/.exec(out) ?? [];
    expect(isWellFormedKey(made, crc32)).toBe(true);
    expect(hash).toBe(createHash("sha256").update(made).digest("hex"));
  });

  it("--help says everything, with 0", () => {
    const { code, out } = call("--help");
    expect(code).toBe(0);
    for (const command of ["compile", "check", "chains", "run", "new-key"]) {
      expect(out).toContain(`gatehouse-gateway ${command}`);
    }
  });
});

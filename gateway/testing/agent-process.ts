import { spawn, type ChildProcess } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { build } from "esbuild";
import { findFreePort } from "./free-port";
import { waitFor } from "./wait-for";

const ROOT = path.resolve(import.meta.dirname, "../..");

/** Programs as they are shipped: one file each, made once per test file. */
export interface BuiltPrograms {
  readonly directory: string;
  readonly agent: string;
  /** Behaves as nginx towards the agent (fake-nginx.ts). */
  readonly fakeNginx: string;
}

export async function buildPrograms(): Promise<BuiltPrograms> {
  const directory = mkdtempSync(path.join(tmpdir(), "gatehouse-built-"));
  const inside = (name: string) => path.join(directory, name);
  mkdirSync(inside("lua"));
  await bundle("gateway/agent/main.ts", inside("agent.mjs"));
  await bundle("gateway/testing/fake-nginx.ts", inside("fake-nginx.mjs"));
  const command = `#!/bin/sh\nexec "${process.execPath}" "${inside("fake-nginx.mjs")}" "$@"\n`;
  writeFileSync(inside("fake-nginx"), command, { mode: 0o755 });
  return { directory, agent: inside("agent.mjs"), fakeNginx: inside("fake-nginx") };
}

/** As scripts/lib/bundle.mjs does it for dist/gateway/agent.mjs. @param entry relative to the repository */
export async function bundle(entry: string, outfile: string): Promise<void> {
  await build({
    entryPoints: [path.join(ROOT, entry)],
    outfile,
    bundle: true,
    platform: "node",
    target: "node20",
    format: "esm",
    loader: { ".template": "text" },
    banner: {
      js: 'import { createRequire as __createRequire } from "node:module"; const require = __createRequire(import.meta.url);',
    },
  });
}

export interface AgentProcessOptions {
  readonly programs: BuiltPrograms;
  readonly controlPlaneUrl: string;
  readonly enrolToken?: string;
  readonly environment?: Readonly<Record<string, string>>;
}

/** The agent as a process of its own, on a state directory of its own; it can be killed and started again on what it left. */
export class AgentProcess {
  readonly stateDirectory = mkdtempSync(path.join(tmpdir(), "gatehouse-agent-"));
  output = "";
  #child: ChildProcess | undefined;

  private constructor(
    readonly options: AgentProcessOptions,
    readonly port: number,
    readonly statusPort: number,
  ) {}

  /** Reserves ports and a directory; `start` runs it. */
  static async create(options: AgentProcessOptions): Promise<AgentProcess> {
    return new AgentProcess(options, await findFreePort(), await findFreePort());
  }

  /** @param changes settings that differ from those of `create` for this start */
  start(changes: Readonly<Record<string, string>> = {}): void {
    const { programs, controlPlaneUrl, enrolToken, environment } = this.options;
    const child = spawn(process.execPath, [programs.agent], {
      stdio: ["ignore", "pipe", "pipe"],
      env: {
        PATH: "/usr/sbin:/usr/bin:/sbin:/bin",
        GATEHOUSE_CONTROL_PLANE_URL: controlPlaneUrl,
        GATEHOUSE_ENROL_TOKEN: enrolToken,
        GATEHOUSE_STATE_DIR: this.stateDirectory,
        GATEHOUSE_GATEWAY_PORT: String(this.port),
        GATEHOUSE_GATEWAY_STATUS_PORT: String(this.statusPort),
        GATEHOUSE_NGINX: programs.fakeNginx,
        GATEHOUSE_NODE_NAME: "test-node",
        GATEHOUSE_STOP_GRACE_SECONDS: "2",
        ...environment,
        ...changes,
      },
    });
    for (const stream of [child.stdout, child.stderr]) {
      stream.on("data", (part: Buffer) => (this.output += part.toString("utf8")));
    }
    this.#child = child;
  }

  /** @returns the exit code, or the signal's name */
  async end(name: NodeJS.Signals): Promise<number | string> {
    const child = this.#child;
    if (child === undefined) {
      throw new Error("the agent was not started");
    }
    const ended = this.exit();
    child.kill(name);
    return ended;
  }

  /** Waits until it ends by itself. */
  async exit(): Promise<number | string> {
    const child = this.#child;
    if (child === undefined) {
      throw new Error("the agent was not started");
    }
    if (child.exitCode === null && child.signalCode === null) {
      await new Promise((resolve) => child.once("exit", resolve));
    }
    return child.exitCode ?? child.signalCode ?? "";
  }

  file(name: string): string {
    return path.join(this.stateDirectory, name);
  }

  get pid(): number {
    return this.#child?.pid ?? 0;
  }

  nginxPid(): number | undefined {
    const file = this.file("nginx.pid");
    return existsSync(file) ? Number(readFileSync(file, "utf8")) : undefined;
  }

  async waitForOutput(text: string): Promise<void> {
    await waitFor(`the agent to say "${text}"; it said:\n${this.output}`, () => this.output.includes(text), 30_000);
  }

  /** Ends agent and nginx and removes the directory. */
  async dispose(): Promise<void> {
    if (this.#child !== undefined && this.#child.exitCode === null && this.#child.signalCode === null) {
      await this.end("SIGTERM");
    }
    const nginx = this.nginxPid();
    if (nginx !== undefined) {
      try {
        process.kill(nginx, "SIGKILL");
      } catch {
        // It has ended already.
      }
    }
    rmSync(this.stateDirectory, { recursive: true, force: true });
  }
}

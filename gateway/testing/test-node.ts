import { execFileSync, spawn, type ChildProcess } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { pino } from "pino";
import { ensureFallbackCertificate } from "../agent/certificates/fallback-certificate";
import { CredentialStore } from "../agent/credentials/credential-store";
import { countInterruptedCalls } from "../agent/meters/interrupted-calls";
import { differenceOf } from "../agent/meters/meter-cell";
import { sumRows } from "../agent/meters/sum-rows";
import { ControlFile } from "../agent/state/control-file";
import { TargetFile } from "../agent/upstreams/target-file";
import { compile } from "../compiler/compile";
import type { Snapshot } from "../compiler/snapshot";
import type { ClientCertificate, ServedCertificate } from "../contract/certificates";
import type { KeySet } from "../contract/key-sets";
import type { CredentialEntry } from "../contract/credentials";
import { FLIGHTS, METER, STATE_FILES, type ActiveState } from "../contract/shared-memory";
import type { TelemetryRow } from "../contract/telemetry";
import { NGINX_DEFAULTS, renderNginxConfig, type NginxSettings } from "../nginx/render";
import { findFreePort } from "./free-port";
import { waitFor } from "./wait-for";

const ROOT = path.resolve(import.meta.dirname, "../..");
const LUA_DIRECTORY = path.join(ROOT, "dist/gateway/lua");
const CREDENTIALS_PER_PAGE = 1_000;

/** What a test can ask for besides what nginx.conf is rendered from. */
export interface TestNodeSettings extends NginxSettings {
  /** Where LuaJIT tells what it compiles and what it gives up; only with one worker, since each worker starts the file anew. */
  readonly traceFile: string | undefined;
  /** Gives up slow clients after this time instead of half a minute or more. */
  readonly clientTimeoutMs: number | undefined;
}

/**
 * A real nginx with the compiled runtime, fed from a state directory the way the agent does it, without an agent: for tests of the
 * data plane alone.
 */
export class TestNode {
  #nginx: ChildProcess | undefined;
  #release = 0;
  #credentialSequence = 0;
  readonly #killedWorkers: number[] = [];

  /** What the node knows of its targets. */
  readonly targets: TargetFile;

  private constructor(
    readonly stateDirectory: string,
    readonly settings: TestNodeSettings,
    readonly control: ControlFile,
    readonly credentials: CredentialStore,
    readonly wrapper: readonly string[],
  ) {
    this.targets = new TargetFile(path.join(stateDirectory, STATE_FILES.targets));
  }

  /**
   * @param wrapper a command to run nginx under, such as valgrind; nginx is then one process, master and worker in one
   */
  static async start(overrides: Partial<TestNodeSettings> = {}, wrapper: readonly string[] = []): Promise<TestNode> {
    const stateDirectory = mkdtempSync(path.join(tmpdir(), "gatehouse-node-"));
    for (const name of [STATE_FILES.chunks, STATE_FILES.meters, STATE_FILES.requests]) {
      mkdirSync(path.join(stateDirectory, name));
    }
    const settings: TestNodeSettings = {
      ...NGINX_DEFAULTS,
      traceFile: undefined,
      clientTimeoutMs: undefined,
      upstreamCaFile: writeOneAuthority(stateDirectory),
      stateDirectory,
      luaDirectory: LUA_DIRECTORY,
      host: "127.0.0.1",
      port: await findFreePort(),
      statusHost: "127.0.0.1",
      statusPort: await findFreePort(),
      workers: 2,
      runsAsRoot: process.getuid?.() === 0,
      ...overrides,
    };
    ensureFallbackCertificate(path.join(stateDirectory, STATE_FILES.fallbackCertificate));
    const control = new ControlFile(path.join(stateDirectory, STATE_FILES.control));
    const logger = pino({ level: "silent" });
    const node = new TestNode(
      stateDirectory,
      settings,
      control,
      new CredentialStore({ directory: stateDirectory, control, logger }),
      wrapper,
    );
    await node.putCredentials([]);
    await node.startNginx();
    return node;
  }

  get url(): string {
    return `http://127.0.0.1:${this.settings.port}`;
  }

  get statusUrl(): string {
    return `http://127.0.0.1:${this.settings.statusPort}`;
  }

  async startNginx(): Promise<void> {
    const config = path.join(this.stateDirectory, "nginx.conf");
    const template = readFileSync(path.join(ROOT, "gateway/nginx/nginx.conf.template"), "utf8");
    const { traceFile, clientTimeoutMs } = this.settings;
    const rendered = renderNginxConfig(template, this.settings);
    const text = clientTimeoutMs === undefined ? rendered : withClientTimeout(rendered, clientTimeoutMs);
    writeFileSync(config, traceFile === undefined ? text : withTraces(text, traceFile));
    const alone = this.wrapper.length === 0 ? "" : " master_process off;";
    const [command, ...args] = [...this.wrapper, "nginx", "-c", config, "-p", this.stateDirectory];
    const nginx = spawn(command, [...args, "-g", `daemon off;${alone}`], { stdio: "pipe" });
    let output = "";
    nginx.stderr.on("data", (part: Buffer) => (output += part.toString("utf8")));
    this.#nginx = nginx;
    await waitFor(
      "nginx to answer",
      async () => {
        if (nginx.exitCode !== null) {
          throw new Error(`nginx ended with ${nginx.exitCode}: ${output}\n${this.nginxLog()}`);
        }
        return fetch(`${this.statusUrl}/live`).then(
          (response) => response.ok,
          () => false,
        );
      },
      60_000,
    );
  }

  /** Process id of nginx's master, or of the wrapper. */
  get nginxPid(): number {
    return this.#nginx?.pid ?? 0;
  }

  /** Compiles and activates; resolves when every worker runs it. @returns the release number */
  async publish(snapshot: Snapshot): Promise<number> {
    const active = this.stage(snapshot);
    await this.activate(active);
    return active.release;
  }

  /** Compiles and puts the chunks in place; no worker runs it before `activate`. */
  stage(snapshot: Snapshot): ActiveState {
    const result = compile(snapshot);
    if (!result.ok) {
      throw new Error(`the snapshot does not compile: ${JSON.stringify(result.problems)}`);
    }
    for (const chunk of result.chunks) {
      writeFileSync(path.join(this.stateDirectory, STATE_FILES.chunks, `${chunk.sha256}.json`), chunk.text);
    }
    this.#release += 1;
    return {
      release: this.#release,
      environment: snapshot.environment,
      chunks: result.chunks.map(({ kind, sha256 }) => ({ kind, sha256 })),
      addresses: { localhost: ["127.0.0.1"] },
    };
  }

  async activate(active: ActiveState): Promise<void> {
    writeFileSync(path.join(this.stateDirectory, STATE_FILES.active), JSON.stringify(active));
    const generation = this.control.raiseGeneration();
    await waitFor(
      `every worker to run release ${active.release}`,
      () => {
        const workers = this.control.readWorkers(this.settings.workers);
        const failed = workers.find((worker) => worker.generation === generation && worker.failed);
        if (failed !== undefined) {
          throw new Error(`a worker refused release ${active.release}: ${failed.message}`);
        }
        return workers.every((worker) => worker.generation === generation);
      },
      60_000,
    );
  }

  /** Applies entries as the agent would; visible to workers at once, or when they have mapped a first generation. */
  async putCredentials(entries: readonly CredentialEntry[]): Promise<void> {
    const numbered = entries.map((entry) => ({ ...entry, sequence: (this.#credentialSequence += 1) }));
    await this.credentials.applyPage({ entries: numbered, cursor: this.#credentialSequence, complete: true });
    await this.#credentialsTakenUp();
  }

  /** As an agent on a new node reads everything there is, page by page; workers see it when it is complete. */
  async putAllCredentials(entries: readonly CredentialEntry[]): Promise<void> {
    this.credentials.startSnapshot();
    for (let from = 0; from < entries.length; from += CREDENTIALS_PER_PAGE) {
      const page = entries.slice(from, from + CREDENTIALS_PER_PAGE);
      const numbered = page.map((entry) => ({ ...entry, sequence: (this.#credentialSequence += 1) }));
      await this.credentials.applyPage({ entries: numbered, cursor: this.#credentialSequence, complete: false });
    }
    await this.credentials.applyPage({ entries: [], cursor: this.#credentialSequence, complete: true });
    await this.#credentialsTakenUp();
  }

  async #credentialsTakenUp(): Promise<void> {
    if (this.#nginx !== undefined) {
      await waitFor("every worker to map the credentials", () =>
        this.control
          .readWorkers(this.settings.workers)
          .every((worker) => worker.credentialGeneration === this.credentials.generation),
      );
    }
  }

  /** As the agent would; workers take them up within WORKER_POLL_SECONDS, and tell nobody. */
  putCertificates(
    certificates: readonly ServedCertificate[],
    clientCertificates: readonly ClientCertificate[] = [],
  ): void {
    const file = path.join(this.stateDirectory, STATE_FILES.certificates);
    writeFileSync(`${file}.tmp`, JSON.stringify({ version: "test", certificates, clientCertificates }), {
      mode: 0o600,
    });
    renameSync(`${file}.tmp`, file);
    this.control.raiseCertificateGeneration();
  }

  /** As the agent would; workers take them up within WORKER_POLL_SECONDS, and tell nobody. */
  putKeySets(keySets: readonly KeySet[]): void {
    const file = path.join(this.stateDirectory, STATE_FILES.keySets);
    writeFileSync(`${file}.tmp`, JSON.stringify({ keySets }));
    renameSync(`${file}.tmp`, file);
    this.control.raiseKeySetGeneration();
  }

  workerPids(): number[] {
    return this.control.readWorkers(this.settings.workers).map((worker) => worker.pid);
  }

  killWorker(pid = this.workerPids()[0]): void {
    // 0 would be this process with all that belongs to it.
    if (pid === undefined || pid <= 0) {
      throw new Error("there is no worker to kill");
    }
    process.kill(pid, "SIGKILL");
    this.#killedWorkers.push(pid);
  }

  /** What the agent does for workers that were killed, once they are gone: a dying process closes its connections before it ends. */
  async countInterruptedCalls(): Promise<void> {
    await waitFor("killed workers to be gone", () => !this.#killedWorkers.some(isAlive));
    await countInterruptedCalls(path.join(this.stateDirectory, STATE_FILES.meters));
  }

  /** Sums of all meter files there ever were. */
  usage(): TelemetryRow[] {
    const directory = path.join(this.stateDirectory, STATE_FILES.meters);
    const rows: TelemetryRow[] = [];
    for (const name of readdirSync(directory).filter((file) => file.endsWith(".bin"))) {
      const content = readFileSync(path.join(directory, name));
      for (let index = 0; index < content.readUInt32LE(METER.countAt); index += 1) {
        const start = METER.headerBytes + index * METER.cellBytes;
        const difference = differenceOf(content.subarray(start, start + METER.cellBytes), undefined);
        if (difference !== undefined && difference !== "unknown-outcome") {
          rows.push(difference.row);
        }
      }
    }
    return sumRows(rows);
  }

  /** Requests counted, by outcome. */
  outcomes(): Record<string, number> {
    const sums: Record<string, number> = {};
    for (const row of this.usage()) {
      sums[row.outcome] = (sums[row.outcome] ?? 0) + row.requests;
    }
    return sums;
  }

  /** Calls that workers have begun and not counted. */
  callsInFlight(): number {
    const directory = path.join(this.stateDirectory, STATE_FILES.meters);
    let open = 0;
    for (const name of readdirSync(directory).filter((file) => file.endsWith(".flights"))) {
      const content = readFileSync(path.join(directory, name));
      for (let at = FLIGHTS.headerBytes; at + FLIGHTS.flightBytes <= content.length; at += FLIGHTS.flightBytes) {
        const { openedAt, countedAt } = FLIGHTS.flight;
        open += content.readUInt32LE(at + openedAt) === content.readUInt32LE(at + countedAt) ? 0 : 1;
      }
    }
    return open;
  }

  nginxLog(): string {
    const file = path.join(this.stateDirectory, "nginx.log");
    return existsSync(file) ? readFileSync(file, "utf8") : "";
  }

  async stopNginx(): Promise<void> {
    const nginx = this.#nginx;
    this.#nginx = undefined;
    if (nginx === undefined || nginx.exitCode !== null) {
      return;
    }
    const ended = new Promise((resolve) => nginx.once("exit", resolve));
    nginx.kill("SIGTERM");
    await ended;
    this.control.clearWorkers();
  }

  async stop(): Promise<void> {
    await this.stopNginx();
    this.credentials.close();
    this.control.close();
    rmSync(this.stateDirectory, { recursive: true, force: true });
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

/** Compiles the runtime to Lua, for tests that may not rely on an earlier build. */
export function buildRuntime(): void {
  execFileSync("node", [path.join(ROOT, "scripts/build-gateway.mjs")], { stdio: "pipe" });
}

function withClientTimeout(config: string, milliseconds: number): string {
  const text = config.replace(/(client_(?:header|body)_timeout) \d+s;/g, `$1 ${milliseconds}ms;`);
  if (text.match(/client_(header|body)_timeout \d+ms;/g)?.length !== 2) {
    throw new Error("there are no client timeouts to shorten");
  }
  return text;
}

/** Attaches jit.v in each worker before it does anything. The file's directory is in Debian's libluajit packages. */
function withTraces(config: string, traceFile: string): string {
  const start = "init_worker_by_lua_block {";
  const shared = readdirSync("/usr/share").find((name) => name.startsWith("luajit-2.1"));
  if (shared === undefined || !config.includes(start)) {
    throw new Error("there is no jit/v.lua to attach, or nowhere to attach it");
  }
  const attach = `package.path = "/usr/share/${shared}/?.lua;" .. package.path require("jit.v").on("${traceFile}")`;
  return config.replace(start, `${start}\n    ${attach}`);
}

/** The first of the system's certificate authorities: nginx would read all of them for each of its locations, which takes it a second. */
function writeOneAuthority(directory: string): string {
  const file = path.join(directory, "authority.pem");
  const [first = ""] = readFileSync(NGINX_DEFAULTS.upstreamCaFile, "utf8").split(/(?<=-----END CERTIFICATE-----\n)/);
  writeFileSync(file, first);
  return file;
}

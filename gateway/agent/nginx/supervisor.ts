import { spawn } from "node:child_process";
import { closeSync, existsSync, openSync, readFileSync, rmSync, statSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import { Backoff } from "../control-plane/backoff";
import { describeError, type Logger } from "../log";
import type { Problems } from "../problems";
import { StartError } from "../start-error";
import type { ControlFile } from "../state/control-file";
import type { StateDirectory } from "../state/directory";
import { writeFileAtomically } from "../state/write-file-atomically";
import { assertNginxRuns, assertPortFree, explainFailedStart, type ListenAddress } from "./check-start";
import { isNginxMaster, processesOfGroup, readPid, signal } from "./processes";

const PROBLEM = "nginx_down";
const WATCH_MS = 100;
/** An nginx that ran this long was healthy; its next failure starts the backoff anew. */
const HEALTHY_AFTER_MS = 10_000;
const START_TIMEOUT_MS = 30_000;
const ORPHAN_GRACE_MS = 2_000;

export interface SupervisorOptions {
  readonly state: StateDirectory;
  readonly binary: string;
  readonly config: string;
  /** Changes when the configuration or the workers' code does: a running nginx is then reloaded. */
  readonly fingerprint: string;
  readonly listen: readonly ListenAddress[];
  readonly control: ControlFile;
  readonly problems: Problems;
  readonly logger: Logger;
}

/**
 * Keeps one nginx running. It is started in a process group of its own and is not tied to the agent by pipes, so that it goes on
 * serving when the agent dies; the next agent finds it by its pid file and adopts it.
 */
export class NginxSupervisor {
  #pid: number | undefined;
  #startedAtMs = 0;
  readonly #stopping = new AbortController();
  #watch: Promise<void> | undefined;

  constructor(readonly options: SupervisorOptions) {}

  get isRunning(): boolean {
    return this.#pid !== undefined && isNginxMaster(this.#pid, this.options.state.nginxConfig);
  }

  /**
   * Adopts the nginx that runs already, or starts one, and watches over it from then on.
   * @throws StartError when it cannot be started
   */
  async start(): Promise<void> {
    const { logger, state } = this.options;
    const running = this.#findRunning();
    const isSame = this.#readFingerprint() === this.options.fingerprint;
    await writeFileAtomically(state.nginxConfig, this.options.config);
    if (running !== undefined && !this.options.control.created) {
      this.#pid = running;
      this.#startedAtMs = Date.now();
      if (isSame) {
        logger.info({ pid: running }, "adopted the running nginx");
      } else {
        await this.#check();
        signal(running, "SIGHUP");
        logger.info({ pid: running }, "adopted the running nginx and let it reload: its configuration or code is new");
      }
    } else {
      await this.#endGroup(running ?? readPid(state.nginxPid));
      for (const address of this.options.listen) {
        await assertPortFree(address);
      }
      await this.#check();
      await this.#spawn();
    }
    await writeFileAtomically(state.nginxFingerprint, this.options.fingerprint);
    this.#watch = this.#watchOver();
  }

  /** Lets requests in flight finish for the grace period, then ends nginx whatever it does. */
  async stop(graceSeconds: number): Promise<void> {
    this.#stopping.abort();
    await this.#watch;
    const pid = this.#pid;
    if (pid === undefined) {
      return;
    }
    this.options.logger.info({ pid, graceSeconds }, "stopping nginx");
    signal(pid, "SIGQUIT");
    if (!(await this.#groupEnds(pid, graceSeconds * 1_000))) {
      await this.#endGroup(pid);
    }
    this.options.control.clearWorkers();
  }

  async #watchOver(): Promise<void> {
    const { logger, problems } = this.options;
    const backoff = new Backoff(200, 10_000);
    const { signal: stopping } = this.#stopping;
    while (!stopping.aborted) {
      await delay(WATCH_MS, undefined, { signal: stopping }).catch(() => undefined);
      if (stopping.aborted || this.isRunning) {
        continue;
      }
      logger.error({ pid: this.#pid }, "nginx has ended, starting it again");
      problems.set(PROBLEM, "nginx has ended and is being started again");
      if (Date.now() - this.#startedAtMs > HEALTHY_AFTER_MS) {
        backoff.reset();
      }
      try {
        await backoff.wait(stopping);
        if (stopping.aborted) {
          return;
        }
        await this.#freePorts(this.#pid);
        await this.#spawn();
        problems.clear(PROBLEM);
      } catch (error) {
        logger.error({ error: describeError(error) }, "nginx cannot be started");
      }
    }
  }

  async #check(): Promise<void> {
    await assertNginxRuns(this.options.binary, ["-t", ...this.#arguments()]);
  }

  async #spawn(): Promise<void> {
    const { binary, control, logger, state } = this.options;
    // The slots of workers that are gone must not pass for answers of the new ones.
    control.clearWorkers();
    rmSync(state.nginxPid, { force: true });
    const saidBefore = statSync(state.nginxLog, { throwIfNoEntry: false })?.size ?? 0;
    const log = openSync(state.nginxLog, "a");
    const child = spawn(binary, [...this.#arguments(), "-g", "daemon off;"], {
      detached: true,
      stdio: ["ignore", log, log],
      cwd: state.root,
    });
    closeSync(log);
    child.unref();
    let end: string | undefined;
    child.once("error", (error) => (end = error.message));
    child.once("exit", (code, signalName) => (end = `it ended with ${signalName ?? `code ${code}`}`));
    const deadline = Date.now() + START_TIMEOUT_MS;
    while (readPid(state.nginxPid) === undefined) {
      if (end !== undefined || Date.now() > deadline) {
        child.kill("SIGKILL");
        const said = readFileSync(state.nginxLog).subarray(saidBefore).toString("utf8");
        throw new StartError(explainFailedStart(said) ?? `nginx did not start: ${end ?? "it wrote no pid file"}`);
      }
      await delay(5);
    }
    this.#pid = child.pid;
    this.#startedAtMs = Date.now();
    logger.info({ pid: child.pid }, "nginx started");
  }

  #arguments(): string[] {
    const { nginxConfig, nginxLog, root } = this.options.state;
    // -e: without it nginx first tries the log file it was built with, which only root may write.
    return ["-c", nginxConfig, "-p", root, "-e", nginxLog];
  }

  #findRunning(): number | undefined {
    const pid = readPid(this.options.state.nginxPid);
    return pid !== undefined && isNginxMaster(pid, this.options.state.nginxConfig) ? pid : undefined;
  }

  #readFingerprint(): string | undefined {
    const { nginxFingerprint } = this.options.state;
    return existsSync(nginxFingerprint) ? readFileSync(nginxFingerprint, "utf8") : undefined;
  }

  /**
   * Workers do not notice that their master was killed and hold the ports against the next one. QUIT makes them let go at once and
   * finish their requests beside the new workers; worker_shutdown_timeout ends them.
   */
  async #freePorts(group: number | undefined): Promise<void> {
    if (group === undefined || this.#processes(group).length === 0) {
      return;
    }
    this.#signalAll(group, "SIGQUIT");
    const deadline = Date.now() + ORPHAN_GRACE_MS;
    while (Date.now() < deadline) {
      const checks = await Promise.allSettled(this.options.listen.map(assertPortFree));
      if (checks.every(({ status }) => status === "fulfilled")) {
        return;
      }
      await delay(20);
    }
    await this.#endGroup(group);
  }

  async #endGroup(group: number | undefined): Promise<void> {
    for (const name of ["SIGTERM", "SIGKILL"] as const) {
      if (group === undefined || this.#processes(group).length === 0) {
        return;
      }
      this.#signalAll(group, name);
      await this.#groupEnds(group, ORPHAN_GRACE_MS);
    }
  }

  #processes(group: number): number[] {
    return processesOfGroup(group, this.options.state.root);
  }

  #signalAll(group: number, name: NodeJS.Signals): void {
    for (const pid of this.#processes(group)) {
      signal(pid, name);
    }
  }

  async #groupEnds(group: number, timeoutMs: number): Promise<boolean> {
    const deadline = Date.now() + timeoutMs;
    while (this.#processes(group).length > 0) {
      if (Date.now() > deadline) {
        return false;
      }
      await delay(20);
    }
    return true;
  }
}

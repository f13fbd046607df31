import { existsSync, openSync, readFileSync, rmSync, writeFileSync, writeSync } from "node:fs";
import { createServer, type Server } from "node:http";
import path from "node:path";
import { CONTROL, STATE_FILES, type ActiveState } from "../contract/shared-memory";
import { ControlFile } from "../agent/state/control-file";

/**
 * A process that behaves towards the agent as nginx with our worker code does: takes -t, -c and -p, writes its pid file, listens,
 * keeps its workers' slots, ends at QUIT. For tests of the agent that need no data plane.
 *
 * `fake-nginx.json` in the state directory changes it: {"refuse": [release, …]} makes its workers fail on these releases.
 */
const [configFile, root] = [argument("-c"), argument("-p")];

if (process.argv.includes("-t")) {
  process.stderr.write(`nginx: configuration file ${configFile} test is successful\n`);
  process.exit(0);
}

const config = readFileSync(configFile, "utf8");
const workers = Number(/worker_processes (\d+);/.exec(config)?.[1]);
const pidFile = path.join(root, "nginx.pid");
const control = new ControlFile(path.join(root, STATE_FILES.control));
const descriptor = openSync(path.join(root, STATE_FILES.control), "r+");
const servers = [...config.matchAll(/listen ([\d.]+):(\d+)/g)].map(([, host = "", port]) => listen(host, Number(port)));

process.stderr.write(`${new Date().toISOString()} [notice] ${process.pid}#0: fake nginx started\n`);
writeFileSync(pidFile, `${process.pid}\n`);
setInterval(poll, 20);
poll();

for (const name of ["SIGQUIT", "SIGTERM"] as const) {
  process.on(name, () => {
    servers.forEach((server) => server.close());
    rmSync(pidFile, { force: true });
    process.exit(0);
  });
}

function poll(): void {
  const generation = control.generation;
  const before = control.readWorkers(workers);
  for (let worker = 0; worker < workers; worker += 1) {
    const slot = Buffer.alloc(CONTROL.worker.messageAt + 64);
    const taken = takeUp(before[worker]?.release ?? 0);
    slot.writeUInt32LE(process.pid, CONTROL.worker.pidAt);
    slot.writeUInt32LE(generation, CONTROL.worker.generationAt);
    slot.writeUInt32LE(control.credentialGeneration, CONTROL.worker.credentialGenerationAt);
    slot.writeUInt32LE(taken.failed ? 1 : 0, CONTROL.worker.failedAt);
    slot.writeDoubleLE(taken.release, CONTROL.worker.releaseAt);
    slot.writeDoubleLE(Date.now() / 1000, CONTROL.worker.polledAt);
    slot.write(taken.failed ? "told to refuse" : "", CONTROL.worker.messageAt);
    writeSync(descriptor, slot, 0, slot.length, CONTROL.workersAt + worker * CONTROL.workerBytes);
  }
}

function takeUp(current: number): { failed: boolean; release: number } {
  const activeFile = path.join(root, STATE_FILES.active);
  if (!existsSync(activeFile)) {
    return { failed: false, release: 0 };
  }
  const { release } = JSON.parse(readFileSync(activeFile, "utf8")) as ActiveState;
  return refusedReleases().includes(release) ? { failed: true, release: current } : { failed: false, release };
}

function refusedReleases(): number[] {
  const file = path.join(root, "fake-nginx.json");
  return existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as { refuse: number[] }).refuse : [];
}

function listen(host: string, port: number): Server {
  const server = createServer((_request, response) => response.end("fake nginx\n"));
  server.on("error", (error) => {
    process.stderr.write(`nginx: [emerg] ${error.message}\n`);
    process.exit(1);
  });
  return server.listen(port, host);
}

function argument(name: string): string {
  const value = process.argv[process.argv.indexOf(name) + 1];
  if (value === undefined || !process.argv.includes(name)) {
    throw new Error(`${name} is missing`);
  }
  return value;
}

import { STATE_FILES, WORKER_POLL_SECONDS } from "../contract/shared-memory";
import { openCacheEpochs } from "./shared-memory/cache-epochs";
import { openCallLogs } from "./shared-memory/call-logs";
import { openControl, workerSlot } from "./shared-memory/control";
import { openCounters } from "./shared-memory/counters";
import { openFlights } from "./shared-memory/flights";
import { chooseColumn, openInFlight } from "./shared-memory/in-flight";
import { openMeter } from "./shared-memory/meter";
import { poll } from "./phases/poll";
import { ready as readyOf } from "./phases/status";
import { countRequestIds, openRequestIds } from "./request-id";
import { openRequestRing } from "./shared-memory/request-ring";
import { divideTurns } from "./host/turns";
import { startWaiting } from "./upstreams/send-copy";
import { joinWorkers, openTargetStates } from "./upstreams/target-states";

export { access } from "./phases/access";
export { balancer } from "./phases/balancer";
export { bodyFilter, grpcBodyFilter } from "./phases/body-filter";
export { certificate } from "./phases/certificate";
export { declined } from "./phases/declined";
export { headerFilter, websocketHeaderFilter } from "./phases/header-filter";
export { log } from "./phases/log";
export { problem } from "./phases/problem";
export { secureAccess } from "./phases/secure-access";
export { live } from "./phases/status";

/** What nginx.conf passes in. */
export interface RuntimeSettings {
  readonly stateDirectory: string;
  readonly workers: number;
  readonly counterCapacity: number;
}

/** What lua-types leaves out of LuaJIT's own module. */
interface TunableCompiler {
  readonly opt: { readonly start: (this: void, option: string) => void };
}

let settings: RuntimeSettings;

/**
 * Limits of LuaJIT's compiler, far above its defaults: one trace holds a whole phase of a request, which the defaults cut off ("trace too
 * long") and leave to the interpreter.
 */
const COMPILER_LIMITS = [
  "maxtrace=8000",
  "maxrecord=40000",
  "maxirconst=10000",
  "maxside=1000",
  "maxsnap=10000",
  "sizemcode=64",
  "maxmcode=65536",
];

/** Of sliding logs, 8 KB each, and of limits of calls at once: files with holes, but holes of some size. */
const MOST_LARGE_SLOTS = 262_144;

/** In nginx's master: maps what all workers inherit. */
export function init(given: RuntimeSettings): void {
  settings = given;
  for (const limit of COMPILER_LIMITS) {
    (jit as unknown as TunableCompiler).opt.start(limit);
  }
  openControl(`${settings.stateDirectory}/${STATE_FILES.control}`);
  const { stateDirectory, counterCapacity } = settings;
  const isNewMaster = openCounters(`${stateDirectory}/${STATE_FILES.limits}`, counterCapacity);
  openCacheEpochs(`${stateDirectory}/${STATE_FILES.cacheEpochs}`);
  const largeSlots = math.min(counterCapacity, MOST_LARGE_SLOTS);
  openCallLogs(`${stateDirectory}/${STATE_FILES.callLogs}`, largeSlots);
  openInFlight(`${stateDirectory}/${STATE_FILES.inFlight}`, largeSlots, isNewMaster);
  openTargetStates(`${stateDirectory}/${STATE_FILES.targets}`, isNewMaster);
}

/** In each worker: its own meter, its own release; then it looks for news, fifty times a second. */
export function initWorker(): void {
  const worker = ngx.worker.id();
  const pid = ngx.worker.pid();
  math.randomseed(pid + os.time());
  openRequestIds();
  chooseColumn();
  const prefix = `${settings.stateDirectory}/${STATE_FILES.meters}/meter.${worker}.${pid}-${os.time()}`;
  openMeter(prefix, pid);
  openFlights(`${prefix}.flights`, pid);
  openRequestRing(
    `${settings.stateDirectory}/${STATE_FILES.requests}/requests.${worker}.${pid}-${os.time()}.ring`,
    pid,
  );
  joinWorkers(pid);
  const slot = workerSlot(worker);
  slot.generation = 0;
  slot.credentialGeneration = 0;
  slot.release = 0;
  slot.failed = 0;
  slot.pid = pid;
  // Before the first request, so that a worker that replaces a killed one starts with the release in place.
  poll(settings.stateDirectory, worker);
  divideTurns(countRequestIds);
  const [started, reason] = ngx.timer.every(WORKER_POLL_SECONDS, (premature) => {
    startWaiting();
    if (!premature) {
      poll(settings.stateDirectory, worker);
    }
  });
  if (started === undefined) {
    error(`the worker cannot poll: ${reason}`);
  }
}

export function ready(): void {
  readyOf(settings.workers);
}

import { mkdirSync } from "node:fs";
import path from "node:path";
import { STATE_FILES } from "../../contract/shared-memory";
import { describeError } from "../log";
import { StartError } from "../start-error";

/** The files and folders of a node's state directory; README.md says what each is for. */
export interface StateDirectory {
  readonly root: string;
  readonly identity: string;
  /** The same for a node without a control plane. */
  readonly pinned: string;
  readonly control: string;
  readonly active: string;
  readonly certificates: string;
  readonly keySets: string;
  readonly fallbackCertificate: string;
  readonly upstreamAuthorities: string;
  readonly chunks: string;
  readonly manifests: string;
  readonly lastKnownGood: string;
  readonly limits: string;
  readonly cacheEpochs: string;
  readonly targets: string;
  readonly meters: string;
  readonly baselines: string;
  readonly spool: string;
  readonly requests: string;
  readonly requestSpool: string;
  readonly requestLogFile: string;
  readonly nginxConfig: string;
  readonly nginxFingerprint: string;
  readonly nginxPid: string;
  readonly nginxLog: string;
  readonly socket: string;
}

/** @throws StartError when the directory cannot be made */
export function openStateDirectory(root: string): StateDirectory {
  const inside = (name: string) => path.join(root, name);
  const state: StateDirectory = {
    root,
    identity: inside("node.json"),
    pinned: inside("alone.json"),
    control: inside(STATE_FILES.control),
    active: inside(STATE_FILES.active),
    certificates: inside(STATE_FILES.certificates),
    keySets: inside(STATE_FILES.keySets),
    fallbackCertificate: inside(STATE_FILES.fallbackCertificate),
    upstreamAuthorities: inside(STATE_FILES.upstreamAuthorities),
    chunks: inside(STATE_FILES.chunks),
    manifests: inside("manifests"),
    lastKnownGood: inside("release.json"),
    limits: inside(STATE_FILES.limits),
    cacheEpochs: inside(STATE_FILES.cacheEpochs),
    targets: inside(STATE_FILES.targets),
    meters: inside(STATE_FILES.meters),
    baselines: inside("baselines"),
    spool: inside("spool"),
    requests: inside(STATE_FILES.requests),
    requestSpool: inside("request-spool"),
    requestLogFile: inside("requests.log"),
    nginxConfig: inside("nginx.conf"),
    nginxFingerprint: inside("nginx.fingerprint"),
    nginxPid: inside("nginx.pid"),
    nginxLog: inside("nginx.log"),
    socket: inside("agent.sock"),
  };
  try {
    const temporary = inside("tmp");
    for (const directory of [
      root,
      temporary,
      state.chunks,
      state.manifests,
      state.meters,
      state.baselines,
      state.spool,
      state.requests,
      state.requestSpool,
    ]) {
      mkdirSync(directory, { recursive: true });
    }
  } catch (error) {
    throw new StartError(`The state directory ${root} cannot be written: ${describeError(error)}.`);
  }
  return state;
}

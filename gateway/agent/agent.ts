import { setMaxListeners } from "node:events";
import { setTimeout as delay } from "node:timers/promises";
import { CachePurger } from "./cache/cache-purger";
import { CertificateKeeper } from "./certificates/certificate-keeper";
import { Backoff } from "./control-plane/backoff";
import type { ControlPlane } from "./control-plane/client";
import { followStream } from "./control-plane/follow-stream";
import type { Identity } from "./control-plane/identity";
import { Heartbeats, type ComposedHeartbeat } from "./control-plane/send-heartbeats";
import type { StandingQuestion } from "./control-plane/standing-question";
import { CredentialStore } from "./credentials/credential-store";
import { CredentialSync } from "./credentials/sync-credentials";
import { describeError, type Logger } from "./log";
import { fetchKeySet } from "./key-sets/fetch-key-set";
import { KeySetKeeper } from "./key-sets/key-set-keeper";
import type { TelemetrySpool } from "./meters/telemetry-format";
import { Usage } from "./meters/usage";
import type { Problems } from "./problems";
import { Activator } from "./releases/activator";
import { ChunkStore } from "./releases/chunk-store";
import { DnsLookUp } from "./releases/look-up";
import { ManifestStore } from "./releases/manifest-store";
import { apiVersionLabels, keySetUris, oncePerRelease, watchedUpstreams } from "./releases/read-facts";
import { ReleaseKeeper } from "./releases/release-keeper";
import { UpstreamResolver } from "./releases/resolve-upstreams";
import { RequestLog } from "./requests/request-log";
import { RequestLogFile } from "./requests/request-log-file";
import type { RequestLogSpool } from "./requests/request-log-format";
import { CacheEpochsFile } from "./state/cache-epochs-file";
import type { ControlFile } from "./state/control-file";
import type { StateDirectory } from "./state/directory";
import { WorkerWatch } from "./state/worker-watch";
import { TargetFile } from "./upstreams/target-file";
import { TargetWatch } from "./upstreams/watch-targets";

const OBSERVE_MS = 20;
const DRAIN_MS = 1_000;
/** In case an event was lost. */
const CERTIFICATES_MS = 60_000;
const CACHE_PURGES_MS = 10_000;
const TARGETS_MS = 100;
const ADDRESSES_MS = 100;
const KEY_SETS_MS = 200;
const LAST_SHIPMENT_MS = 3_000;
/** Time at the stop for requests to the control plane that are under way. */
const LAST_ANSWER_MS = 1_000;

export interface AgentOptions {
  readonly client: ControlPlane;
  readonly identity: Pick<Identity, "publicKey" | "environment">;
  /** Whether `client` is a bundle on disk: what it announces is everything there is, and worth another try. */
  readonly isAlone: boolean;
  readonly state: StateDirectory;
  readonly control: ControlFile;
  readonly workers: number;
  /** Whether the node has a port for TLS. */
  readonly hasTls: boolean;
  /** Of the request log as a file; 0 = none. */
  readonly requestLogFileBytes: number;
  /** "address" or "address:port"; empty = the system's. */
  readonly dnsServers: readonly string[];
  /** PEM: what certificates of upstreams must chain to. */
  readonly upstreamAuthorities: string;
  readonly knownPolicies: ReadonlySet<string>;
  readonly version: string;
  readonly problems: Problems;
  readonly logger: Logger;
  /** Called when the process must end and be started anew. */
  readonly onFatal: (error: unknown) => void;
}

/** The parts of the agent, connected: what one hears, another does, and heartbeats tell. */
export class GatewayAgent {
  readonly workers: WorkerWatch;
  readonly releases: ReleaseKeeper;
  readonly credentials: CredentialStore;
  readonly targets: TargetWatch;
  readonly certificates: CertificateKeeper;
  readonly keySets: KeySetKeeper;
  /** By the event that says that there may be news. */
  readonly #questions: Readonly<Record<"certificates" | "cache-purges", StandingQuestion>>;
  readonly #cacheEpochs: CacheEpochsFile;
  readonly usage: Usage;
  readonly requestLog: RequestLog;
  readonly #activator: Activator;
  readonly #credentialSync: CredentialSync;
  readonly #heartbeats: Heartbeats;
  readonly #stopping = new AbortController();
  readonly #streamBackoff = new Backoff(200, 10_000);
  readonly #startedAt = new Date().toISOString();
  readonly #running: Promise<void>[] = [];
  #readyWorkers = 0;
  readonly #upstreamsOf = oncePerRelease(watchedUpstreams);
  readonly #keySetsOf = oncePerRelease(keySetUris);
  readonly #apiVersionsOf = oncePerRelease(apiVersionLabels);

  /** Opens everything on disk; the spools are opened by the caller because that needs to wait. */
  constructor(
    readonly options: AgentOptions,
    spool: TelemetrySpool,
    requestSpool: RequestLogSpool,
  ) {
    const { client, control, identity, logger, problems, state } = options;
    const { signal } = this.#stopping;
    // Every task listens while it waits; their number is known.
    setMaxListeners(0, signal);
    this.workers = new WorkerWatch(control, options.workers);
    const { lookUp } = new DnsLookUp(options.dnsServers);
    this.#activator = new Activator(
      state.active,
      control,
      this.workers,
      new UpstreamResolver(problems, logger, lookUp),
    );
    this.targets = new TargetWatch(new TargetFile(state.targets), problems, logger, options.upstreamAuthorities);
    this.credentials = new CredentialStore({ directory: state.root, control, logger });
    this.certificates = new CertificateKeeper({
      client,
      control,
      file: state.certificates,
      showsCertificates: options.hasTls,
      problems,
      logger,
      signal,
    });
    this.keySets = new KeySetKeeper({ control, file: state.keySets, fetch: fetchKeySet, problems, logger });
    this.#cacheEpochs = new CacheEpochsFile(state.cacheEpochs);
    const purger = new CachePurger({ client, epochs: this.#cacheEpochs, problems, logger, signal });
    this.#questions = { certificates: this.certificates.question, "cache-purges": purger.question };
    this.releases = new ReleaseKeeper({
      client,
      identity,
      chunks: new ChunkStore(state.chunks, options.knownPolicies),
      manifests: new ManifestStore(state.manifests, state.lastKnownGood),
      activator: this.#activator,
      problems,
      logger,
      signal,
      beforeActivation: (facts) => this.keySets.ensure(keySetUris(facts)),
      onActivated: () => this.#heartbeats.nudge(),
    });
    this.#credentialSync = new CredentialSync({ client, store: this.credentials, problems, logger, signal });
    this.usage = new Usage({
      metersDirectory: state.meters,
      baselinesDirectory: state.baselines,
      spool,
      send: (batch) => client.sendTelemetry(batch),
      apiVersionOf: (operation) => this.#apiVersionsOf(this.releases.facts).get(operation),
      problems,
      logger,
      signal,
      onFatal: options.onFatal,
    });
    this.requestLog = new RequestLog({
      directory: state.requests,
      spool: requestSpool,
      file:
        options.requestLogFileBytes === 0
          ? undefined
          : new RequestLogFile(state.requestLogFile, options.requestLogFileBytes),
      send: (batch) => client.sendRequestLog(batch),
      problems,
      logger,
      signal,
      onFatal: options.onFatal,
    });
    this.#heartbeats = new Heartbeats({
      client,
      logger,
      signal,
      compose: () => this.#composeHeartbeat(),
      onBack: () => this.#hurry(),
    });
    problems.onChange(() => this.#heartbeats.nudge());
  }

  /** Puts what is on disk in front of the workers; needs no control plane. */
  async startFromDisk(): Promise<void> {
    this.certificates.startFromDisk();
    this.keySets.startFromDisk();
    const release = await this.releases.startFromDisk();
    this.options.logger.info({ release, credentials: this.credentials.count }, "started from disk");
  }

  /** Begins to follow the control plane and the meters. */
  follow(): void {
    const { client, logger } = this.options;
    const { signal } = this.#stopping;
    if (!this.options.isAlone) {
      this.#credentialSync.hear(0);
    }
    this.usage.delivery.begin();
    this.#askEverything();
    this.#running.push(
      this.#heartbeats.run(),
      this.#every(OBSERVE_MS, () => this.#observe()),
      this.#every(DRAIN_MS, () => this.usage.delivery.drain()),
      this.#every(DRAIN_MS, () => this.requestLog.delivery.drain()),
      this.#every(CERTIFICATES_MS, () => Promise.resolve(this.#questions.certificates.hear())),
      this.#every(CACHE_PURGES_MS, () => Promise.resolve(this.#questions["cache-purges"].hear())),
      this.#every(TARGETS_MS, () => this.#watchTargets()),
      this.#every(KEY_SETS_MS, () => this.#watchKeySets()),
      this.#every(ADDRESSES_MS, () => this.#activator.refreshAddresses()),
      followStream({
        client,
        logger,
        signal,
        backoff: this.#streamBackoff,
        onConnected: () => {
          this.#askEverything();
          this.#heartbeats.nudge();
          this.#hurry();
        },
        onEvent: (event) => {
          switch (event.type) {
            case "release":
              if (this.options.isAlone) {
                this.releases.reconsider();
              }
              this.releases.hear(event.release);
              break;
            case "credentials":
              if (this.options.isAlone) {
                this.#credentialSync.replaceBy(event.sequence);
              } else {
                this.#credentialSync.hear(event.sequence);
              }
              break;
            case "certificates":
            case "cache-purges":
              this.#questions[event.type].hear();
              break;
            case "ping":
              break;
          }
        },
      }),
    );
  }

  /** Before the workers end: callers may have seen a release that not every worker has yet, and a restart must not go back behind it. */
  async settleRelease(): Promise<void> {
    await Promise.race([this.releases.settle(), delay(LAST_ANSWER_MS, undefined, { ref: false })]);
  }

  /** After nginx has ended: counts the last requests and sends what can be sent at once; the rest stays spooled. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    // A control plane that hangs must not hold up the stop: what it was asked is asked again by the next start.
    await Promise.race([Promise.allSettled(this.#running), delay(LAST_ANSWER_MS, undefined, { ref: false })]);
    const deliveries = [this.usage.delivery, this.requestLog.delivery];
    await Promise.all(deliveries.map((delivery) => delivery.drain()));
    await Promise.race([
      Promise.allSettled(deliveries.map((delivery) => delivery.flush())),
      delay(LAST_SHIPMENT_MS, undefined, { ref: false }),
    ]);
    this.usage.close();
    this.requestLog.close();
    this.credentials.close();
    this.#cacheEpochs.close();
  }

  #askEverything(): void {
    Object.values(this.#questions).forEach((question) => question.hear());
  }

  /** The control plane is back: whatever waits for its next try need not. */
  #hurry(): void {
    this.#streamBackoff.hurry();
    this.releases.hurry();
    this.#credentialSync.hurry();
    Object.values(this.#questions).forEach((question) => question.hurry());
    this.usage.delivery.hurry();
    this.requestLog.delivery.hurry();
  }

  async #observe(): Promise<void> {
    const { problems } = this.options;
    const summary = this.workers.summary();
    if (summary.ready !== this.#readyWorkers) {
      this.#readyWorkers = summary.ready;
      this.#heartbeats.nudge();
    }
    if (summary.failure === undefined) {
      problems.clear("worker_failed");
    } else {
      problems.set("worker_failed", `a worker reports: ${summary.failure}`);
    }
    this.credentials.retire((generation) => this.workers.haveCredentials(generation));
    await this.releases.observe(summary);
  }

  #watchTargets(): Promise<void> {
    const upstreams = this.#upstreamsOf(this.releases.facts);
    this.targets.turn(upstreams, this.#activator.addresses, this.certificates.clientCertificates);
    return Promise.resolve();
  }

  #watchKeySets(): Promise<void> {
    this.keySets.turn(this.#keySetsOf(this.releases.facts));
    return Promise.resolve();
  }

  #composeHeartbeat(): ComposedHeartbeat {
    const { expected, ready } = this.workers.summary();
    const activation = this.releases.activation;
    const news = this.releases.news;
    const credentialCursor = this.credentials.cursor;
    return {
      heartbeat: {
        version: this.options.version,
        startedAt: this.#startedAt,
        workers: { expected, ready },
        release: activation?.release ?? null,
        activatedAt: activation?.activatedAt ?? null,
        activationMs: activation?.activationMs ?? null,
        credentialCursor,
        telemetry: { spooledBatches: this.usage.spooledBatches, droppedRequests: this.usage.dropped },
        problems: this.options.problems.list(),
      },
      onAnswer: (answer) => {
        // News that came by the stream while the answer was under way are newer than the answer.
        if (answer.release !== null && news === this.releases.news) {
          this.releases.hear(answer.release);
        }
        this.#credentialSync.compare(answer.credentialCursor, credentialCursor);
      },
    };
  }

  /** Runs a piece of work again and again until the agent stops; what it throws is logged. */
  async #every(intervalMs: number, work: () => Promise<void>): Promise<void> {
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      await delay(intervalMs, undefined, { signal }).catch(() => undefined);
      if (!signal.aborted) {
        await work().catch((error: unknown) =>
          this.options.logger.error({ error: describeError(error) }, "agent task failed"),
        );
      }
    }
  }
}

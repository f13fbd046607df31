import { readFile } from "node:fs/promises";
import path from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { verifyCredentials } from "../../compiler/sign";
import type { SignedManifest } from "../../contract/bundle";
import type { CachePurges } from "../../contract/cache-purges";
import type { CertificateSet } from "../../contract/certificates";
import type { CredentialPage } from "../../contract/credentials";
import type { Heartbeat, HeartbeatAnswer, StreamEvent } from "../../contract/heartbeat";
import type { ControlPlane } from "../control-plane/client";
import type { Identity } from "../control-plane/identity";
import { describeError, type Logger } from "../log";
import type { Problems } from "../problems";
import { checkManifest } from "../releases/check-manifest";
import { ReleaseRefused } from "../releases/release-refused";
import type { BundleParts, BundleSource } from "./bundle-source";
import { fingerprintCertificates, readCertificates } from "./read-certificates";

const LOOK_MS = 200;
const PING_MS = 5_000;
const REFUSED = "bundle_refused";
const CREDENTIALS_REFUSED = "credentials_refused";

export interface BundleControlPlaneOptions {
  readonly source: BundleSource;
  readonly identity: Pick<Identity, "publicKey" | "environment">;
  /** For the TLS port; undefined = none but the node's own. */
  readonly certificatesDirectory: string | undefined;
  /** Where the manifests of the last releases are kept, by number. */
  readonly manifestsDirectory: string;
  readonly problems: Problems;
  readonly logger: Logger;
}

/**
 * A bundle on disk in the place of a control plane. The agent goes on as always: it verifies, puts in place, goes back. What workers counted
 * goes no further than /metrics.
 */
export class BundleControlPlane implements ControlPlane {
  #announced: number | null = null;

  constructor(readonly options: BundleControlPlaneOptions) {}

  async fetchManifest(): Promise<SignedManifest> {
    return (await this.options.source.readParts()).manifest;
  }

  fetchChunk(sha256: string): Promise<Buffer> {
    return this.options.source.readChunk(sha256);
  }

  async fetchCredentials(): Promise<CredentialPage> {
    const { credentials } = await this.options.source.readParts();
    const { entries, sequence } = verifyCredentials(credentials, this.options.identity.publicKey);
    return { entries, cursor: sequence, complete: true };
  }

  fetchCertificates(): Promise<CertificateSet> {
    const { certificatesDirectory } = this.options;
    return certificatesDirectory === undefined
      ? Promise.resolve({ version: "none", certificates: [] })
      : readCertificates(certificatesDirectory);
  }

  /** Nobody is there to ask for one: an owner raises the policy's generation. */
  fetchCachePurges(after: number): Promise<CachePurges> {
    return Promise.resolve({ cursor: after, isWhole: false, purges: [] });
  }

  sendHeartbeat({ credentialCursor }: Heartbeat): Promise<HeartbeatAnswer> {
    return Promise.resolve({ release: this.#announced, credentialCursor });
  }

  sendTelemetry(): Promise<boolean> {
    return Promise.resolve(true);
  }

  sendRequestLog(): Promise<boolean> {
    return Promise.resolve(true);
  }

  openStream(signal: AbortSignal): Promise<AsyncIterable<Buffer>> {
    return Promise.resolve(this.#watch(signal));
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  async *#watch(signal: AbortSignal): AsyncGenerator<Buffer> {
    let seen: string | undefined;
    let seenCertificates: string | undefined;
    let pingAt = 0;
    for (;;) {
      const certificates = await this.#certificatesPrint();
      if (certificates !== seenCertificates) {
        seenCertificates = certificates;
        yield encode({ type: "certificates" });
      }
      const print = await this.options.source.fingerprint();
      if (print !== seen) {
        seen = print;
        for (const event of await this.#look()) {
          yield encode(event);
        }
      } else if (performance.now() >= pingAt) {
        pingAt = performance.now() + PING_MS;
        yield encode({ type: "ping" });
      }
      await delay(LOOK_MS, undefined, { signal });
    }
  }

  #certificatesPrint(): Promise<string> {
    const { certificatesDirectory } = this.options;
    return certificatesDirectory === undefined ? Promise.resolve("") : fingerprintCertificates(certificatesDirectory);
  }

  /** What there is now, as far as it may be run. What may not is named and keeps nothing else back. */
  async #look(): Promise<StreamEvent[]> {
    const { problems, logger, source } = this.options;
    let parts: BundleParts;
    try {
      parts = await source.readParts();
    } catch (error) {
      logger.error({ bundle: source.place, error: describeError(error) }, "bundle refused, keeping what runs");
      problems.set(REFUSED, describeError(error));
      return [];
    }
    const release = await this.#judge(REFUSED, () => this.#releaseOf(parts));
    const sequence = await this.#judge(CREDENTIALS_REFUSED, () => this.#sequenceOf(parts));
    this.#announced = release ?? this.#announced;
    return [
      ...(sequence === undefined ? [] : [{ type: "credentials", sequence } as const]),
      ...(release === undefined ? [] : [{ type: "release", release } as const]),
    ];
  }

  async #judge(problem: string, look: () => Promise<number>): Promise<number | undefined> {
    const { problems, logger, source } = this.options;
    try {
      const number = await look();
      problems.clear(problem);
      return number;
    } catch (error) {
      logger.error({ bundle: source.place, problem, error: describeError(error) }, "refused, keeping what runs");
      problems.set(problem, describeError(error));
      return undefined;
    }
  }

  async #releaseOf({ manifest: signed }: BundleParts): Promise<number> {
    const { release } = checkManifest(signed, this.options.identity);
    const known = await readFile(path.join(this.options.manifestsDirectory, `${release}.json`), "utf8").catch(
      () => undefined,
    );
    if (known !== undefined && known !== JSON.stringify(signed)) {
      throw new ReleaseRefused(
        "manifest_changed",
        `release ${release} was taken up before with other content; give it a higher number`,
      );
    }
    return release;
  }

  #sequenceOf({ credentials }: BundleParts): Promise<number> {
    const { publicKey, environment } = this.options.identity;
    const list = verifyCredentials(credentials, publicKey);
    if (list.environment !== environment) {
      throw new Error(`the credentials are for environment "${list.environment}", this node runs "${environment}"`);
    }
    return Promise.resolve(list.sequence);
  }
}

function encode(event: StreamEvent): Buffer {
  return Buffer.from(`${JSON.stringify(event)}\n`);
}

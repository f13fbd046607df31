import { existsSync, readFileSync, rmSync } from "node:fs";
import { certificateSetSchema, type CertificateSet, type ClientCertificate } from "../../contract/certificates";
import { Backoff } from "../control-plane/backoff";
import type { ControlPlaneClient } from "../control-plane/client";
import { describeError, type Logger } from "../log";
import type { Problems } from "../problems";
import type { ControlFile } from "../state/control-file";
import { writeFileAtomically } from "../state/write-file-atomically";

const PROBLEM = "certificates_unreachable";
const ONLY_THIS_USER = 0o600;

export interface CertificateKeeperOptions {
  readonly client: Pick<ControlPlaneClient, "fetchCertificates">;
  readonly control: Pick<ControlFile, "certificateGeneration" | "raiseCertificateGeneration">;
  readonly file: string;
  /** False on a node without TLS: it keeps only what it presents to upstreams. */
  readonly showsCertificates: boolean;
  readonly problems: Problems;
  readonly logger: Logger;
  readonly signal: AbortSignal;
}

/** Keeps the certificates of the environment where the workers find them: in a file that only the node's own user may read. */
export class CertificateKeeper {
  #kept: CertificateSet | undefined;
  #isAsked = false;
  #work: Promise<void> | undefined;
  readonly #backoff = new Backoff(200, 10_000);

  constructor(readonly options: CertificateKeeperOptions) {}

  /** What the workers show. */
  get certificates(): CertificateSet["certificates"] {
    return this.#kept?.certificates ?? [];
  }

  /** What upstreams are presented with. */
  get clientCertificates(): readonly ClientCertificate[] {
    return this.#kept?.clientCertificates ?? [];
  }

  /** What was kept last is shown until the control plane says something else. */
  startFromDisk(): void {
    const { control, file, logger, showsCertificates } = this.options;
    if (!existsSync(file)) {
      return;
    }
    try {
      const kept = certificateSetSchema.parse(JSON.parse(readFileSync(file, "utf8")));
      if (!showsCertificates && kept.certificates.length > 0) {
        // It had a port for TLS before.
        rmSync(file);
        return;
      }
      this.#kept = kept;
    } catch (error) {
      logger.error({ error: describeError(error) }, "the certificates on disk cannot be read, asking for them anew");
      return;
    }
    if (control.certificateGeneration === 0) {
      control.raiseCertificateGeneration();
    }
  }

  /** They may have changed: asks until there is an answer. */
  hear(): void {
    this.#isAsked = true;
    this.#work ??= this.#follow().finally(() => (this.#work = undefined));
  }

  /** The control plane is back: a try that waits is made now. */
  hurry(): void {
    this.#backoff.hurry();
  }

  async #follow(): Promise<void> {
    const { logger, problems, signal } = this.options;
    while (this.#isAsked && !signal.aborted) {
      this.#isAsked = false;
      try {
        await this.#fetch();
        problems.clear(PROBLEM);
        this.#backoff.reset();
      } catch (error) {
        this.#isAsked = true;
        logger.warn({ error: describeError(error) }, "certificates cannot be read yet, trying again");
        problems.set(PROBLEM, `certificates cannot be read: ${describeError(error)}`);
        await this.#backoff.wait(signal);
      }
    }
  }

  async #fetch(): Promise<void> {
    const { client, control, file, logger, showsCertificates } = this.options;
    const all = await client.fetchCertificates();
    const fetched = showsCertificates ? all : { ...all, certificates: [] };
    if (fetched.version === this.#kept?.version) {
      return;
    }
    await writeFileAtomically(file, JSON.stringify(fetched), ONLY_THIS_USER);
    this.#kept = fetched;
    control.raiseCertificateGeneration();
    const names = [...fetched.certificates, ...(fetched.clientCertificates ?? [])].map(({ name }) => name);
    logger.info({ certificates: names }, "certificates are in place");
  }
}

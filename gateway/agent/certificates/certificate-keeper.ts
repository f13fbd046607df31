import { existsSync, readFileSync, rmSync } from "node:fs";
import { certificateSetSchema, type CertificateSet, type ClientCertificate } from "../../contract/certificates";
import type { ControlPlaneClient } from "../control-plane/client";
import { StandingQuestion } from "../control-plane/standing-question";
import { describeError, type Logger } from "../log";
import type { Problems } from "../problems";
import type { ControlFile } from "../state/control-file";
import { writeFileAtomically } from "../state/write-file-atomically";

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
  readonly question: StandingQuestion;

  constructor(readonly options: CertificateKeeperOptions) {
    const { logger, problems, signal } = options;
    this.question = new StandingQuestion({
      name: "certificates",
      problem: "certificates_unreachable",
      ask: () => this.#fetch(),
      problems,
      logger,
      signal,
    });
  }

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

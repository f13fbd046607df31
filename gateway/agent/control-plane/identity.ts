import { createPublicKey } from "node:crypto";
import { readFile } from "node:fs/promises";
import { z } from "zod";
import { enrolAnswerSchema } from "../../contract/heartbeat";
import { describeError, type Logger } from "../log";
import { StartError } from "../start-error";
import { writeFileAtomically } from "../state/write-file-atomically";
import { Backoff } from "./backoff";
import { ControlPlaneRefusal, type ControlPlaneClient } from "./client";

/** `node.json`: who this node is. Holds a secret, hence mode 0600. */
const identitySchema = enrolAnswerSchema.extend({ controlPlaneUrl: z.string() });
export type Identity = z.infer<typeof identitySchema>;

export interface EnrolOptions {
  readonly client: ControlPlaneClient;
  readonly file: string;
  readonly enrolToken: string | undefined;
  readonly nodeName: string;
  readonly version: string;
  readonly logger: Logger;
  readonly signal: AbortSignal;
}

/**
 * The identity on disk, or a new one for the enrolment token. Waits as long as it takes while the control plane is away.
 * @throws StartError when there is neither, or the token is refused
 */
export async function loadOrEnrol(options: EnrolOptions): Promise<Identity> {
  return (await loadIdentity(options.file)) ?? (await enrol(options));
}

/** @throws StartError when the file is there but damaged: enrolling anew over it would be a silent change of identity. */
async function loadIdentity(file: string): Promise<Identity | undefined> {
  const text = await readFile(file, "utf8").catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") {
      return undefined;
    }
    throw new StartError(`${file} cannot be read: ${describeError(error)}.`);
  });
  if (text === undefined) {
    return undefined;
  }
  try {
    return identitySchema.parse(JSON.parse(text));
  } catch {
    throw new StartError(`${file} is damaged; restore it, or delete it and start with a new GATEHOUSE_ENROL_TOKEN.`);
  }
}

async function enrol(options: EnrolOptions): Promise<Identity> {
  const { client, file, enrolToken, nodeName, version, logger, signal } = options;
  if (enrolToken === undefined) {
    throw new StartError(
      `This node has no identity yet (${file}): set GATEHOUSE_ENROL_TOKEN to an enrolment token, made in the console under Gateways.`,
    );
  }
  const backoff = new Backoff(200, 5_000);
  for (;;) {
    signal.throwIfAborted();
    try {
      const answer = await client.enrol(enrolToken, { name: nodeName, version });
      trustKey(answer.publicKey, client);
      const identity = { ...answer, controlPlaneUrl: client.baseUrl };
      await writeFileAtomically(file, `${JSON.stringify(identity, null, 2)}\n`, 0o600);
      logger.info({ node: answer.node, environment: answer.environment, gateway: answer.gateway }, "enrolled");
      return identity;
    } catch (error) {
      if (error instanceof ControlPlaneRefusal && (error.status === 401 || error.status === 403)) {
        throw new StartError(
          `The control plane at ${client.baseUrl} refuses GATEHOUSE_ENROL_TOKEN; make a new one in the console under Gateways.`,
        );
      }
      if (error instanceof StartError) {
        throw error;
      }
      logger.warn({ error: describeError(error) }, "cannot enrol yet, trying again");
      await backoff.wait(signal);
    }
  }
}

/** @throws Error, a sentence without a full stop */
export function assertEd25519(publicKeyPem: string): void {
  let type: string | undefined;
  try {
    type = createPublicKey(publicKeyPem).asymmetricKeyType;
  } catch {
    throw new Error("the public key is not PEM");
  }
  if (type !== "ed25519") {
    throw new Error("the public key is not an Ed25519 key");
  }
}

/** @throws StartError */
function trustKey(publicKeyPem: string, { baseUrl }: Pick<ControlPlaneClient, "baseUrl">): void {
  try {
    assertEd25519(publicKeyPem);
  } catch (error) {
    throw new StartError(`What the control plane at ${baseUrl} signs with cannot be trusted: ${describeError(error)}.`);
  }
}

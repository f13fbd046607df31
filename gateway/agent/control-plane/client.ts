import { Agent, request, type Dispatcher } from "undici";
import type { z } from "zod";
import { signedManifestSchema, type SignedManifest } from "../../contract/bundle";
import { cachePurgesSchema, type CachePurges } from "../../contract/cache-purges";
import { certificateSetSchema, type CertificateSet } from "../../contract/certificates";
import { credentialPageSchema, type CredentialPage } from "../../contract/credentials";
import {
  enrolAnswerSchema,
  heartbeatAnswerSchema,
  type EnrolAnswer,
  type EnrolRequest,
  type Heartbeat,
  type HeartbeatAnswer,
} from "../../contract/heartbeat";
import { requestLogAnswerSchema } from "../../contract/request-log";
import { telemetryAnswerSchema } from "../../contract/telemetry";

const CONNECT_TIMEOUT_MS = 5_000;
const ANSWER_TIMEOUT_MS = 15_000;
const ANSWER_MAX_BYTES = 64 * 1024 * 1024;

/** The control plane answered, but not with what was asked for. */
export class ControlPlaneRefusal extends Error {
  override readonly name = "ControlPlaneRefusal";

  constructor(
    readonly status: number,
    readonly call: string,
    detail: string,
  ) {
    super(`${call} was answered with ${status}${detail === "" ? "" : `: ${detail}`}`);
  }
}

/** What an agent asks of whoever has the releases: a control plane, or a bundle on disk (alone/bundle-control-plane.ts). */
export type ControlPlane = Pick<
  ControlPlaneClient,
  | "fetchManifest"
  | "fetchChunk"
  | "fetchCredentials"
  | "fetchCertificates"
  | "fetchCachePurges"
  | "sendHeartbeat"
  | "sendTelemetry"
  | "sendRequestLog"
  | "openStream"
  | "close"
>;

/** The calls of app/api/gateway. Every answer is decoded strictly; a network failure is thrown as it comes. */
export class ControlPlaneClient {
  #token: string | undefined;
  readonly #dispatcher: Agent;

  constructor(readonly baseUrl: string) {
    this.#dispatcher = new Agent({
      connect: { timeout: CONNECT_TIMEOUT_MS },
      headersTimeout: ANSWER_TIMEOUT_MS,
      bodyTimeout: ANSWER_TIMEOUT_MS,
      keepAliveTimeout: 4_000,
    });
  }

  /** @param token of node.json; used by every call but enrol */
  authenticateAs(token: string): void {
    this.#token = token;
  }

  async enrol(enrolToken: string, body: EnrolRequest): Promise<EnrolAnswer> {
    return this.#json(enrolAnswerSchema, "enrol", { method: "POST", body: JSON.stringify(body) }, enrolToken);
  }

  async fetchManifest(release: number): Promise<SignedManifest> {
    return this.#json(signedManifestSchema, `bundles/${release}`);
  }

  /** @param maxBytes what the manifest says: more is not read. */
  async fetchChunk(sha256: string, maxBytes: number): Promise<Buffer> {
    return this.#bytes(`chunks/${sha256}`, {}, this.#token, maxBytes);
  }

  async fetchCredentials(after: number): Promise<CredentialPage> {
    return this.#json(credentialPageSchema, `credentials?after=${after}`);
  }

  async fetchCertificates(): Promise<CertificateSet> {
    return this.#json(certificateSetSchema, "certificates");
  }

  /** @param after sequence of the last one that is known */
  async fetchCachePurges(after: number): Promise<CachePurges> {
    return this.#json(cachePurgesSchema, `cache-purges?after=${after}`);
  }

  async sendHeartbeat(heartbeat: Heartbeat): Promise<HeartbeatAnswer> {
    return this.#json(heartbeatAnswerSchema, "heartbeat", { method: "POST", body: JSON.stringify(heartbeat) });
  }

  /** @param batch JSON of telemetryBatchSchema, as spooled; @returns false when the control plane already had it */
  async sendTelemetry(batch: string): Promise<boolean> {
    return (await this.#json(telemetryAnswerSchema, "telemetry", { method: "POST", body: batch })).applied;
  }

  /** @param batch JSON of requestLogBatchSchema, as spooled; @returns false when the control plane already had it */
  async sendRequestLog(batch: string): Promise<boolean> {
    return (await this.#json(requestLogAnswerSchema, "requests", { method: "POST", body: batch })).applied;
  }

  /** Opens the event stream. The caller reads, watches for silence, and aborts. */
  async openStream(signal: AbortSignal): Promise<AsyncIterable<Buffer>> {
    const answer = await request(this.#url("stream"), {
      dispatcher: this.#dispatcher,
      headers: headersFor(this.#token, false),
      bodyTimeout: 0,
      signal,
    });
    if (answer.statusCode !== 200) {
      throw new ControlPlaneRefusal(answer.statusCode, "stream", await readDetail(answer.body));
    }
    return answer.body;
  }

  async close(): Promise<void> {
    await this.#dispatcher.destroy();
  }

  async #json<Schema extends z.ZodType>(
    schema: Schema,
    call: string,
    options: CallOptions = {},
    token = this.#token,
  ): Promise<z.infer<Schema>> {
    const bytes = await this.#bytes(call, options, token, ANSWER_MAX_BYTES);
    const decoded = schema.safeParse(parseJson(bytes));
    if (!decoded.success) {
      const issue = decoded.error.issues[0];
      throw new ControlPlaneRefusal(200, call, `not the expected answer (${issue?.path.join(".")}: ${issue?.message})`);
    }
    return decoded.data;
  }

  async #bytes(call: string, options: CallOptions, token: string | undefined, maxBytes: number): Promise<Buffer> {
    const answer = await request(this.#url(call), {
      ...options,
      dispatcher: this.#dispatcher,
      headers: headersFor(token, options.body !== undefined),
    });
    if (answer.statusCode !== 200 && answer.statusCode !== 201) {
      throw new ControlPlaneRefusal(answer.statusCode, call, await readDetail(answer.body));
    }
    return readAtMost(answer.body, maxBytes, call);
  }

  #url(call: string): string {
    return `${this.baseUrl}/api/gateway/${call}`;
  }
}

interface CallOptions {
  readonly method?: Dispatcher.HttpMethod;
  readonly body?: string;
}

function headersFor(token: string | undefined, hasBody: boolean): Record<string, string> {
  return {
    ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    ...(hasBody ? { "content-type": "application/json" } : {}),
  };
}

async function readAtMost(body: AsyncIterable<Buffer>, maxBytes: number, call: string): Promise<Buffer> {
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const part of body) {
    bytes += part.length;
    if (bytes > maxBytes) {
      // Leaving the loop destroys the body, so that the rest is never received.
      throw new ControlPlaneRefusal(200, call, `the answer has more than the expected ${maxBytes} bytes`);
    }
    parts.push(part);
  }
  return Buffer.concat(parts, bytes);
}

/** The `detail` of a problem+json answer, else its first bytes. */
async function readDetail(body: AsyncIterable<Buffer>): Promise<string> {
  const text = (await readAtMost(body, 64 * 1024, "error").catch(() => Buffer.alloc(0))).toString("utf8");
  const parsed = parseJson(Buffer.from(text));
  if (typeof parsed === "object" && parsed !== null && "detail" in parsed && typeof parsed.detail === "string") {
    return parsed.detail;
  }
  return text.slice(0, 200);
}

function parseJson(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString("utf8"));
  } catch {
    return undefined;
  }
}

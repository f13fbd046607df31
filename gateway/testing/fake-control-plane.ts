import { generateKeyPairSync } from "node:crypto";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { buildManifest, compile, type CompiledChunk } from "../compiler/compile";
import { signManifest } from "../compiler/sign";
import type { Snapshot } from "../compiler/snapshot";
import type { SignedManifest } from "../contract/bundle";
import type { CachePurge } from "../contract/cache-purges";
import type { CertificateSet } from "../contract/certificates";
import type { CredentialEntry } from "../contract/credentials";
import { enrolRequestSchema, heartbeatSchema, type Heartbeat, type StreamEvent } from "../contract/heartbeat";
import { requestLogBatchSchema, type RequestLogBatch, type RequestRecord } from "../contract/request-log";
import { telemetryBatchSchema, type TelemetryBatch, type TelemetryRow } from "../contract/telemetry";

const PING_MS = 1_000;
const NODE_TOKEN = "node-token";

/**
 * The agent's side of the control plane (app/api/gateway) without portal and database, over real HTTP: it signs, streams, applies
 * telemetry once per sequence, and can be sent away, made to lose answers, or made to lie.
 */
export class FakeControlPlane {
  readonly enrolToken = "enrol-me";
  readonly environment = "production";
  readonly publicKey: string;
  readonly privateKey: string;
  readonly heartbeats: Heartbeat[] = [];
  readonly manifests = new Map<number, SignedManifest>();
  readonly chunks = new Map<string, Buffer>();
  readonly batches = new Map<number, TelemetryBatch>();
  readonly requestBatches = new Map<number, RequestLogBatch>();
  /** Batches that came again with other content under a known sequence: must stay empty. */
  readonly contradictions: number[] = [];
  /** Every call as "METHOD path", in order. */
  readonly calls: string[] = [];
  release: number | null = null;
  credentials: CredentialEntry[] = [];
  certificates: CertificateSet = { version: "none", certificates: [] };
  /** All there ever were; the sequence of one is its place, from 1 on. */
  cachePurges: CachePurge[] = [];
  pageSize = 1_000;
  /** Share of telemetry answers that are lost after the batch was applied. */
  lostAnswers = 0;
  /** Answers telemetry with this status instead. */
  telemetryStatus = 200;
  /** Stops pings and events on open streams, as when a middlebox forgot the connection. */
  silent = false;
  #sequence = 0;
  #server: Server | undefined;
  #port = 0;
  readonly #sockets = new Set<Socket>();
  readonly #streams = new Set<ServerResponse>();
  readonly #pings: NodeJS.Timeout;

  private constructor() {
    const pair = generateKeyPairSync("ed25519");
    this.publicKey = pair.publicKey.export({ type: "spki", format: "pem" }) as string;
    this.privateKey = pair.privateKey.export({ type: "pkcs8", format: "pem" }) as string;
    this.#pings = setInterval(() => this.announce({ type: "ping" }), PING_MS);
  }

  static async start(): Promise<FakeControlPlane> {
    const controlPlane = new FakeControlPlane();
    await controlPlane.comeBack();
    return controlPlane;
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  get openStreams(): number {
    return this.#streams.size;
  }

  /** Starts to listen again on the port it had. */
  async comeBack(): Promise<void> {
    const server = createServer((request, response) => void this.#answer(request, response));
    server.on("connection", (socket: Socket) => {
      this.#sockets.add(socket);
      socket.on("close", () => this.#sockets.delete(socket));
    });
    await new Promise<void>((resolve) => server.listen(this.#port, "127.0.0.1", resolve));
    this.#server = server;
    this.#port = (server.address() as AddressInfo).port;
  }

  /** Cuts every connection and refuses new ones. */
  async goAway(): Promise<void> {
    const closed = new Promise((resolve) => this.#server?.close(resolve));
    for (const socket of this.#sockets) {
      socket.destroy();
    }
    this.#streams.clear();
    await closed;
  }

  async stop(): Promise<void> {
    clearInterval(this.#pings);
    await this.goAway();
  }

  /** Compiles, signs and announces a release. @returns its number */
  publish(snapshot: Snapshot, options: { release?: number; rollback?: boolean } = {}): number {
    const result = compile(snapshot);
    if (!result.ok) {
      throw new Error(`the snapshot does not compile: ${JSON.stringify(result.problems)}`);
    }
    return this.publishChunks(result.chunks, options);
  }

  publishChunks(chunks: readonly CompiledChunk[], options: { release?: number; rollback?: boolean } = {}): number {
    for (const chunk of chunks) {
      this.chunks.set(chunk.sha256, Buffer.from(chunk.text));
    }
    const release = options.release ?? (this.release ?? 0) + 1;
    const { environment } = this;
    const createdAt = new Date().toISOString();
    const text = buildManifest({ environment, release, createdAt, rollback: options.rollback ?? false, chunks });
    this.offer(release, signManifest(text, this.privateKey));
    return release;
  }

  /** Announces whatever manifest, sound or not. */
  offer(release: number, signed: SignedManifest): void {
    this.manifests.set(release, signed);
    this.release = release;
    this.announce({ type: "release", release });
  }

  /** Writes entries to the credential log and announces them. @returns the last sequence */
  putCredentials(entries: readonly CredentialEntry[]): number {
    for (const entry of entries) {
      this.#sequence += 1;
      this.credentials.push({ ...entry, sequence: this.#sequence });
    }
    this.announce({ type: "credentials", sequence: this.#sequence });
    return this.#sequence;
  }

  /** Goes back to an earlier state of the log, as a restored backup would. */
  resetCredentials(entries: readonly CredentialEntry[]): void {
    this.#sequence = 0;
    this.credentials = [];
    this.putCredentials(entries);
  }

  announce(event: StreamEvent): void {
    for (const stream of this.silent ? [] : this.#streams) {
      stream.write(`${JSON.stringify(event)}\n`);
    }
  }

  get lastHeartbeat(): Heartbeat | undefined {
    return this.heartbeats.at(-1);
  }

  rows(): TelemetryRow[] {
    return [...this.batches.values()].flatMap((batch) => batch.rows);
  }

  countedRequests(): number {
    return this.rows().reduce((sum, row) => sum + row.requests, 0);
  }

  requestRecords(): RequestRecord[] {
    return [...this.requestBatches.values()].flatMap((batch) => batch.rows);
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? "/", "http://fake");
    const [, , , call = "", argument = ""] = url.pathname.split("/");
    this.calls.push(`${request.method} ${url.pathname}${url.search}`);
    const token = call === "enrol" ? this.enrolToken : NODE_TOKEN;
    if (request.headers.authorization !== `Bearer ${token}`) {
      sendJson(response, { detail: "unknown token" }, 401);
      return;
    }
    const body = await readBody(request);
    switch (call) {
      case "enrol":
        enrolRequestSchema.parse(JSON.parse(body));
        sendJson(response, {
          node: "node_1",
          environment: this.environment,
          gateway: "public",
          token: NODE_TOKEN,
          publicKey: this.publicKey,
        });
        break;
      case "stream":
        this.#openStream(response);
        break;
      case "bundles":
        sendJson(response, this.manifests.get(Number(argument)));
        break;
      case "chunks":
        sendBytes(response, this.chunks.get(argument));
        break;
      case "credentials":
        sendJson(response, this.#page(Number(url.searchParams.get("after"))));
        break;
      case "certificates":
        sendJson(response, this.certificates);
        break;
      case "cache-purges": {
        const purges = this.cachePurges.slice(Number(url.searchParams.get("after")));
        sendJson(response, { cursor: this.cachePurges.length, isWhole: false, purges });
        break;
      }
      case "heartbeat":
        this.heartbeats.push(heartbeatSchema.parse(JSON.parse(body)));
        sendJson(response, { release: this.release, credentialCursor: this.#sequence });
        break;
      case "requests":
        this.#applyRequests(body, response);
        break;
      case "telemetry":
        this.#applyTelemetry(body, response);
        break;
      default:
        sendJson(response, undefined);
    }
  }

  #openStream(response: ServerResponse): void {
    response.writeHead(200, { "content-type": "application/x-ndjson" });
    response.write(`${JSON.stringify({ type: "ping" })}\n`);
    this.#streams.add(response);
    response.on("close", () => this.#streams.delete(response));
  }

  #page(after: number): unknown {
    const newer = this.credentials.filter(({ sequence }) => sequence > after);
    const entries = newer.slice(0, this.pageSize);
    return { entries, cursor: entries.at(-1)?.sequence ?? after, complete: entries.length === newer.length };
  }

  #applyRequests(body: string, response: ServerResponse): void {
    const batch = requestLogBatchSchema.parse(JSON.parse(body));
    const known = this.requestBatches.get(batch.sequence);
    if (known !== undefined && JSON.stringify(known) !== JSON.stringify(batch)) {
      this.contradictions.push(batch.sequence);
    }
    this.requestBatches.set(batch.sequence, known ?? batch);
    if (Math.random() < this.lostAnswers) {
      response.destroy();
      return;
    }
    sendJson(response, { applied: known === undefined });
  }

  #applyTelemetry(body: string, response: ServerResponse): void {
    if (this.telemetryStatus !== 200) {
      sendJson(response, { detail: "not now" }, this.telemetryStatus);
      return;
    }
    const batch = telemetryBatchSchema.parse(JSON.parse(body));
    const known = this.batches.get(batch.sequence);
    if (known !== undefined && JSON.stringify(known) !== JSON.stringify(batch)) {
      this.contradictions.push(batch.sequence);
    }
    this.batches.set(batch.sequence, known ?? batch);
    if (Math.random() < this.lostAnswers) {
      response.destroy();
      return;
    }
    sendJson(response, { applied: known === undefined });
  }
}

async function readBody(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of request) {
    parts.push(part as Buffer);
  }
  return Buffer.concat(parts).toString("utf8");
}

/** 404 for undefined. */
function sendJson(response: ServerResponse, value: unknown, status = value === undefined ? 404 : 200): void {
  response
    .writeHead(status, { "content-type": "application/json" })
    .end(JSON.stringify(value ?? { detail: "not here" }));
}

function sendBytes(response: ServerResponse, bytes: Buffer | undefined): void {
  response.writeHead(bytes === undefined ? 404 : 200, { "content-type": "application/octet-stream" }).end(bytes);
}

import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import type { Reply } from "./call";
import { operations } from "./operations";
import { Problem, problemDocument } from "./problem";
import { matchOperation } from "./match-operation";
import { createStore, type Store } from "./store";

const BODY_LIMIT_BYTES = 65_536;

export interface HarbourOptions {
  readonly store?: Store;
  /** 0 ≤ x < 1; decides latency and which tide forecasts fail. */
  readonly random?: () => number;
  readonly sleep?: (milliseconds: number) => Promise<void>;
}

/**
 * The harbour master's service: berths, vessels, arrivals and tides, in memory. A restart brings the seeded state back.
 */
export function createHarbour(options: HarbourOptions = {}): RequestListener {
  const store = options.store ?? createStore();
  const random = options.random ?? Math.random;
  const sleep = options.sleep ?? ((milliseconds) => new Promise<void>((resolve) => setTimeout(resolve, milliseconds)));
  return (request, response) => {
    void answer(request, store, random, sleep)
      .catch(toReply)
      .then((reply) => send(response, reply));
  };
}

async function answer(
  request: IncomingMessage,
  store: Store,
  random: () => number,
  sleep: (milliseconds: number) => Promise<void>,
): Promise<Reply> {
  const url = new URL(request.url ?? "/", "http://harbour");
  const match = matchOperation(operations, request.method ?? "GET", url.pathname);
  const body = await readBody(request);
  await sleep(match.operation.latencyMs * (0.6 + latencySpread(random())));
  return match.operation.run({ parameters: match.parameters, query: url.searchParams, body, store, random });
}

/** Most calls are near the usual time, a few take several times as long: a tail that percentiles show and a mean hides. */
function latencySpread(share: number): number {
  return share < 0.95 ? share : 4 * share;
}

async function readBody(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > BODY_LIMIT_BYTES) {
      throw new Problem(413, "Body too large", `A body may have ${BODY_LIMIT_BYTES} bytes.`);
    }
    chunks.push(chunk);
  }
  if (bytes === 0) {
    return undefined;
  }
  try {
    return JSON.parse(Buffer.concat(chunks).toString("utf8"));
  } catch {
    throw new Problem(400, "Not JSON", "The body could not be read as JSON.");
  }
}

function toReply(error: unknown): Reply {
  const problem = error instanceof Problem ? error : new Problem(500, "Internal error", "The service failed.");
  return {
    status: problem.status,
    body: problemDocument(problem),
    headers: { "content-type": "application/problem+json", ...problem.headers },
  };
}

function send(response: ServerResponse, reply: Reply): void {
  if (reply.body === undefined) {
    response.writeHead(reply.status, { ...reply.headers }).end();
    return;
  }
  const text = JSON.stringify(reply.body);
  response
    .writeHead(reply.status, {
      "content-type": "application/json",
      "content-length": Buffer.byteLength(text),
      ...reply.headers,
    })
    .end(text);
}

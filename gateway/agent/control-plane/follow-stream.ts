import { streamEventSchema, type StreamEvent } from "../../contract/heartbeat";
import { describeError, type Logger } from "../log";
import type { Backoff } from "./backoff";
import type { ControlPlane } from "./client";

/** The control plane pings at least every ten seconds. */
const SILENCE_MS = 25_000;
const LINE_MAX_CHARACTERS = 64 * 1024;

export interface FollowStreamOptions {
  readonly client: ControlPlane;
  readonly logger: Logger;
  readonly signal: AbortSignal;
  /** Called at every (re)connection: events may have been missed, so ask for the newest state. */
  readonly onConnected: () => void;
  readonly onEvent: (event: StreamEvent) => void;
  readonly backoff: Backoff;
  readonly silenceMs?: number;
}

/** Keeps one event stream open until the signal aborts. Never throws: while it is down, heartbeat answers carry the news. */
export async function followStream(options: FollowStreamOptions): Promise<void> {
  const { backoff, logger, signal } = options;
  while (!signal.aborted) {
    try {
      await readStream(options, () => backoff.reset());
      logger.info("the control plane closed the stream");
    } catch (error) {
      if (!signal.aborted) {
        logger.warn({ error: describeError(error) }, "the stream broke, connecting again");
      }
    }
    await backoff.wait(signal);
  }
}

async function readStream(options: FollowStreamOptions, onAlive: () => void): Promise<void> {
  const watchdog = new Watchdog(options.silenceMs ?? SILENCE_MS);
  const signal = AbortSignal.any([options.signal, watchdog.signal]);
  try {
    const stream = await options.client.openStream(signal);
    options.onConnected();
    for await (const line of readLines(stream)) {
      onAlive();
      watchdog.feed();
      const event = streamEventSchema.safeParse(parseJson(line));
      // An event of a newer control plane is news we cannot use; heartbeats still heal the state.
      if (event.success) {
        options.onEvent(event.data);
      }
    }
  } finally {
    watchdog.stop();
  }
}

/** Aborts when it was not fed in time: a connection whose other end has gone without a word looks alive for hours otherwise. */
class Watchdog {
  readonly #controller = new AbortController();
  readonly #timer: NodeJS.Timeout;

  constructor(silenceMs: number) {
    this.#timer = setTimeout(() => this.#controller.abort(new Error(`no ping for ${silenceMs} ms`)), silenceMs);
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  feed(): void {
    this.#timer.refresh();
  }

  stop(): void {
    clearTimeout(this.#timer);
  }
}

async function* readLines(stream: AsyncIterable<Buffer>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let rest = "";
  for await (const part of stream) {
    const lines = (rest + decoder.decode(part, { stream: true })).split("\n");
    rest = lines.pop() ?? "";
    if (rest.length > LINE_MAX_CHARACTERS) {
      throw new Error("a line of the stream is too long");
    }
    yield* lines.filter((line) => line.trim() !== "");
  }
}

function parseJson(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

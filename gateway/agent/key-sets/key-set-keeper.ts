import { existsSync, readFileSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import { keySetFileSchema, type KeySetFile, type VerificationKey } from "../../contract/key-sets";
import { describeError, type Logger } from "../log";
import type { Problems } from "../problems";
import type { ControlFile } from "../state/control-file";
import { SerialQueue } from "../state/serial-queue";
import { Turnstile } from "../state/turnstile";
import { writeFileAtomically } from "../state/write-file-atomically";
import type { FetchKeySet } from "./fetch-key-set";

const PROBLEM = "key_set_unreachable";
const PARALLEL_FETCHES = 8;
/** A publish may wait this long for keys that it brings; slower ones follow as soon as they are there. */
const FIRST_FETCH_DEADLINE_MS = 1_000;
const SHORTEST_AGE_SECONDS = 60;
const LONGEST_AGE_SECONDS = 3_600;
const UNKNOWN_AGE_SECONDS = 300;
const FAILED_AGAIN_AFTER_MS = 10_000;
/** Whoever sends tokens with names of keys that nobody has makes no stream of questions to the issuer. */
const WISHED_AGAIN_AFTER_MS = 30_000;
/** Up to this share of the age later: nodes that were started together do not stay together. */
const JITTER_SHARE = 0.1;

export interface KeySetKeeperOptions {
  readonly control: Pick<ControlFile, "keySetGeneration" | "raiseKeySetGeneration" | "keySetWishes">;
  readonly file: string;
  readonly fetch: FetchKeySet;
  readonly problems: Problems;
  readonly logger: Logger;
  readonly nowMs?: () => number;
  readonly random?: () => number;
}

/**
 * Keeps the keys that issuers of tokens serve where the workers find them. What was fetched last counts until something better is: an issuer
 * that is down takes no API down.
 */
export class KeySetKeeper {
  #uris: readonly string[] = [];
  readonly #known = new Map<string, readonly VerificationKey[]>();
  readonly #failures = new Map<string, string>();
  readonly #askedAtMs = new Map<string, number>();
  readonly #dueAtMs = new Map<string, number>();
  readonly #busy = new Map<string, Promise<void>>();
  readonly #turnstile = new Turnstile(PARALLEL_FETCHES);
  readonly #queue = new SerialQueue();
  readonly #nowMs: () => number;
  readonly #random: () => number;
  #wishes: number;

  constructor(readonly options: KeySetKeeperOptions) {
    this.#nowMs = options.nowMs ?? (() => performance.now());
    this.#random = options.random ?? Math.random;
    this.#wishes = options.control.keySetWishes;
  }

  /** Keys from the disk: all there is while an issuer is away at a cold start. */
  startFromDisk(): void {
    const { control, file, logger } = this.options;
    if (!existsSync(file)) {
      return;
    }
    try {
      for (const { uri, keys } of keySetFileSchema.parse(JSON.parse(readFileSync(file, "utf8"))).keySets) {
        this.#known.set(uri, keys);
      }
    } catch (error) {
      logger.error({ error: describeError(error) }, "the key sets on disk cannot be read, fetching them anew");
      return;
    }
    if (control.keySetGeneration === 0) {
      control.raiseKeySetGeneration();
    }
  }

  /** Fetches the sets of a release that were not seen before, within a deadline. */
  async ensure(uris: readonly string[]): Promise<void> {
    const missing = uris.filter((uri) => !this.#known.has(uri));
    if (missing.length === 0) {
      return;
    }
    const controller = new AbortController();
    await Promise.race([
      Promise.all(missing.map((uri) => this.#begin(uri))),
      delay(FIRST_FETCH_DEADLINE_MS, undefined, { signal: controller.signal }).catch(() => undefined),
    ]);
    controller.abort();
  }

  /** Begins to fetch what is due, and waits for nothing. Call a few times per second. @param uris the same list until a release changes it */
  turn(uris: readonly string[]): void {
    if (uris !== this.#uris) {
      this.#uris = uris;
      this.#forgetOthers();
    }
    const now = this.#nowMs();
    this.#hearWishes();
    for (const uri of uris) {
      if (now >= (this.#dueAtMs.get(uri) ?? 0)) {
        void this.#begin(uri);
      }
    }
    this.#report();
  }

  /** A worker was shown a token of a key that it does not know; whose it is, it does not say. */
  #hearWishes(): void {
    const { keySetWishes } = this.options.control;
    if (keySetWishes === this.#wishes) {
      return;
    }
    this.#wishes = keySetWishes;
    for (const uri of this.#uris) {
      const earliest = (this.#askedAtMs.get(uri) ?? 0) + WISHED_AGAIN_AFTER_MS;
      this.#dueAtMs.set(uri, Math.min(this.#dueAtMs.get(uri) ?? 0, earliest));
    }
  }

  #begin(uri: string): Promise<void> {
    const work = this.#busy.get(uri) ?? this.#turnstile.run(() => this.#ask(uri)).finally(() => this.#busy.delete(uri));
    this.#busy.set(uri, work);
    return work;
  }

  async #ask(uri: string): Promise<void> {
    const { fetch, logger } = this.options;
    this.#askedAtMs.set(uri, this.#nowMs());
    try {
      const { keys, maxAgeSeconds = UNKNOWN_AGE_SECONDS } = await fetch(uri);
      this.#failures.delete(uri);
      const ageSeconds = Math.min(Math.max(maxAgeSeconds, SHORTEST_AGE_SECONDS), LONGEST_AGE_SECONDS);
      this.#askAgainAfter(uri, ageSeconds * 1000);
      if (JSON.stringify(this.#known.get(uri)) !== JSON.stringify(keys)) {
        this.#known.set(uri, keys);
        await this.#queue.run(() => this.#handOver());
        logger.info({ uri, keys: keys.map(({ id }) => id) }, "the keys of an issuer are in place");
      }
    } catch (error) {
      const words = describeError(error);
      if (this.#failures.get(uri) !== words) {
        logger.warn({ uri, error: words, keeps: this.#known.get(uri)?.length ?? 0 }, "a key set cannot be fetched");
      }
      this.#failures.set(uri, words);
      this.#askAgainAfter(uri, FAILED_AGAIN_AFTER_MS);
    }
  }

  #askAgainAfter(uri: string, milliseconds: number): void {
    this.#dueAtMs.set(uri, this.#nowMs() + milliseconds * (1 + this.#random() * JITTER_SHARE));
  }

  async #handOver(): Promise<void> {
    const uris = [...this.#known.keys()].sort();
    const content: KeySetFile = { keySets: uris.map((uri) => ({ uri, keys: this.#known.get(uri) ?? [] })) };
    await writeFileAtomically(this.options.file, JSON.stringify(content));
    this.options.control.raiseKeySetGeneration();
  }

  /** Of an issuer that no release names any more nothing is kept: it may come back with other keys. */
  #forgetOthers(): void {
    const wanted = new Set(this.#uris);
    for (const uri of [...this.#known.keys(), ...this.#dueAtMs.keys()]) {
      if (!wanted.has(uri)) {
        this.#known.delete(uri);
        this.#failures.delete(uri);
        this.#askedAtMs.delete(uri);
        this.#dueAtMs.delete(uri);
      }
    }
  }

  #report(): void {
    const { problems } = this.options;
    const failing = this.#uris.filter((uri) => this.#failures.has(uri));
    if (failing.length === 0) {
      problems.clear(PROBLEM);
      return;
    }
    const shown = failing
      .slice(0, 5)
      .map((uri) => `${uri}: ${this.#failures.get(uri)}${this.#known.has(uri) ? " (last keys kept)" : ""}`);
    const more = failing.length > 5 ? `, and ${failing.length - 5} more` : "";
    problems.set(PROBLEM, `key sets that cannot be fetched: ${shown.join(", ")}${more}`);
  }
}

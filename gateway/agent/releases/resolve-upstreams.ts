import { isIP } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import { describeError, type Logger } from "../log";
import type { Problems } from "../problems";
import { Turnstile } from "../state/turnstile";
import type { LookUp } from "./look-up";

export type Addresses = Readonly<Record<string, readonly string[]>>;

const PARALLEL_LOOKUPS = 32;
/** A publish may wait this long for names it brings; slower ones follow as soon as they are known. */
const FIRST_LOOKUP_DEADLINE_MS = 500;
/** A TTL of 0 must not make a stream of questions, one of a day must not outlive an address that nobody serves any more. */
const SHORTEST_TTL_SECONDS = 1;
const LONGEST_TTL_SECONDS = 60;
const UNKNOWN_TTL_SECONDS = 30;
const FAILED_AGAIN_AFTER_MS = 5_000;
/** Up to this share of the TTL later: names that were first asked for together do not stay together. */
const JITTER_SHARE = 0.1;
const PROBLEM = "upstream_unresolved";

/**
 * Upstream names → addresses, asked for again when their time to live is over. Keeps the last good answer when a name stops resolving: a
 * resolver's bad minute must not take an API down.
 */
export class UpstreamResolver {
  #questions: readonly string[] = [];
  readonly #known = new Map<string, readonly string[]>();
  readonly #failures = new Map<string, string>();
  readonly #dueAtMs = new Map<string, number>();
  readonly #busy = new Map<string, Promise<void>>();
  readonly #turnstile = new Turnstile(PARALLEL_LOOKUPS);
  #hasNews = false;

  constructor(
    readonly problems: Problems,
    readonly logger: Logger,
    readonly lookUp: LookUp,
    readonly nowMs: () => number = () => performance.now(),
    readonly random: () => number = Math.random,
  ) {}

  /** Addresses from the disk: good enough until the first answer, and all there is when the resolver is away at a cold start. */
  remember(addresses: Addresses): void {
    for (const [question, list] of Object.entries(addresses)) {
      this.#known.set(question, list);
    }
  }

  /** The addresses for a release's questions (questionOf). Those not seen before are looked up, within a deadline. */
  async resolve(questions: readonly string[]): Promise<Addresses> {
    this.#questions = [...new Set(questions)].filter((question) => isIP(question) === 0).sort();
    this.#forgetOthers();
    const missing = this.#questions.filter((question) => !this.#known.has(question));
    const controller = new AbortController();
    await Promise.race([
      Promise.all(missing.map((question) => this.#begin(question))),
      delay(FIRST_LOOKUP_DEADLINE_MS, undefined, { signal: controller.signal }).catch(() => undefined),
    ]);
    controller.abort();
    this.#report();
    return this.current();
  }

  /** Begins to ask again for what is due, and waits for nothing. Call a few times per second. @returns whether addresses have changed since it last said so */
  turn(): boolean {
    const now = this.nowMs();
    for (const question of this.#questions) {
      if (now >= (this.#dueAtMs.get(question) ?? 0)) {
        void this.#begin(question);
      }
    }
    this.#report();
    const hasNews = this.#hasNews;
    this.#hasNews = false;
    return hasNews;
  }

  /** Questions in alphabetical order, so that equal addresses make equal files. */
  current(): Addresses {
    return Object.fromEntries(
      this.#questions.flatMap((question) => {
        const addresses = this.#known.get(question);
        return addresses === undefined ? [] : [[question, addresses]];
      }),
    );
  }

  #begin(question: string): Promise<void> {
    const work =
      this.#busy.get(question) ??
      this.#turnstile.run(() => this.#ask(question)).finally(() => this.#busy.delete(question));
    this.#busy.set(question, work);
    return work;
  }

  async #ask(question: string): Promise<void> {
    try {
      const { addresses, ttlSeconds = UNKNOWN_TTL_SECONDS } = await this.lookUp(question);
      this.#failures.delete(question);
      this.#hasNews ||= this.#known.get(question)?.join() !== addresses.join();
      this.#known.set(question, addresses);
      const heldSeconds = Math.min(Math.max(ttlSeconds, SHORTEST_TTL_SECONDS), LONGEST_TTL_SECONDS);
      this.#askAgainAfter(question, heldSeconds * 1000);
    } catch (error) {
      const words = describeError(error);
      if (this.#failures.get(question) !== words) {
        const keeps = this.#known.get(question) ?? [];
        this.logger.warn({ host: question, error: words, keeps }, "an upstream name does not resolve");
      }
      this.#failures.set(question, words);
      this.#askAgainAfter(question, FAILED_AGAIN_AFTER_MS);
    }
  }

  #askAgainAfter(question: string, milliseconds: number): void {
    this.#dueAtMs.set(question, this.nowMs() + milliseconds * (1 + this.random() * JITTER_SHARE));
  }

  /** A name that no release has any more may come back in another with other addresses. */
  #forgetOthers(): void {
    const wanted = new Set(this.#questions);
    for (const question of this.#dueAtMs.keys()) {
      if (!wanted.has(question)) {
        this.#dueAtMs.delete(question);
        this.#known.delete(question);
        this.#failures.delete(question);
      }
    }
  }

  #report(): void {
    const failing = this.#questions.filter((question) => this.#failures.has(question));
    if (failing.length === 0) {
      this.problems.clear(PROBLEM);
      return;
    }
    const shown = failing
      .slice(0, 5)
      .map((question) => (this.#known.has(question) ? `${question} (last addresses kept)` : question));
    const more = failing.length > 5 ? ` and ${failing.length - 5} more` : "";
    this.problems.set(PROBLEM, `upstream names that do not resolve: ${shown.join(", ")}${more}`);
  }
}

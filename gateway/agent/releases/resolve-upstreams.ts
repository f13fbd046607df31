import { lookup } from "node:dns/promises";
import { isIP } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import { describeError, type Logger } from "../log";
import type { Problems } from "../problems";

export type Addresses = Readonly<Record<string, readonly string[]>>;
export type LookUp = (host: string) => Promise<readonly { readonly address: string; readonly family: number }[]>;

/** getaddrinfo blocks a thread of the pool that files use as well: two at a time leave it usable when names time out. */
const PARALLEL_LOOKUPS = 2;
/** A publish may wait this long for names it brings; slower ones follow as soon as they are known. */
const FIRST_LOOKUP_DEADLINE_MS = 500;
const PROBLEM = "upstream_unresolved";

/**
 * Upstream names → addresses. Asks the system's resolver, so that /etc/hosts counts, and keeps the last good answer when a name
 * stops resolving: a resolver's bad minute must not take an API down.
 */
export class UpstreamResolver {
  #hosts: readonly string[] = [];
  readonly #known = new Map<string, readonly string[]>();
  readonly #failures = new Map<string, string>();

  constructor(
    readonly problems: Problems,
    readonly logger: Logger,
    readonly lookUp: LookUp = (host) => lookup(host, { all: true, verbatim: true }),
  ) {}

  /** Addresses from the disk: good enough until the first answer, and all there is when the resolver is away at a cold start. */
  remember(addresses: Addresses): void {
    for (const [host, list] of Object.entries(addresses)) {
      this.#known.set(host, list);
    }
  }

  /**
   * The addresses for a release's hosts. Names not seen before are looked up, within a deadline.
   * @param onLate called when a lookup that missed the deadline has brought news
   */
  async resolve(hosts: readonly string[], onLate: () => void): Promise<Addresses> {
    this.#hosts = [...new Set(hosts)].filter((host) => isIP(host) === 0).sort();
    const missing = this.#hosts.filter((host) => !this.#known.has(host));
    const lookups = this.#lookUpAll(missing);
    const controller = new AbortController();
    const isLate = await Promise.race([
      lookups.then(() => false),
      delay(FIRST_LOOKUP_DEADLINE_MS, true, { signal: controller.signal }).catch(() => true),
    ]);
    controller.abort();
    if (isLate) {
      void lookups.then((changed) => (changed ? onLate() : undefined));
    }
    this.#report();
    return this.current();
  }

  /** Looks everything up again; @returns whether any address changed */
  async refresh(): Promise<boolean> {
    const changed = await this.#lookUpAll(this.#hosts);
    this.#report();
    return changed;
  }

  /** Hosts in alphabetical order, so that equal addresses make equal files. */
  current(): Addresses {
    return Object.fromEntries(
      this.#hosts.flatMap((host) => {
        const addresses = this.#known.get(host);
        return addresses === undefined ? [] : [[host, addresses]];
      }),
    );
  }

  async #lookUpAll(hosts: readonly string[]): Promise<boolean> {
    const queue = [...hosts];
    let changed = false;
    const work = async () => {
      for (let host = queue.shift(); host !== undefined; host = queue.shift()) {
        changed = (await this.#lookUpOne(host)) || changed;
      }
    };
    await Promise.all(Array.from({ length: PARALLEL_LOOKUPS }, work));
    return changed;
  }

  async #lookUpOne(host: string): Promise<boolean> {
    try {
      const addresses = choose(await this.lookUp(host));
      this.#failures.delete(host);
      const isSame = this.#known.get(host)?.join() === addresses.join();
      this.#known.set(host, addresses);
      return !isSame;
    } catch (error) {
      const words = describeError(error);
      if (this.#failures.get(host) !== words) {
        this.logger.warn(
          { host, error: words, keeps: this.#known.get(host) ?? [] },
          "an upstream name does not resolve",
        );
      }
      this.#failures.set(host, words);
      return false;
    }
  }

  #report(): void {
    const failing = this.#hosts.filter((host) => this.#failures.has(host));
    if (failing.length === 0) {
      this.problems.clear(PROBLEM);
      return;
    }
    const shown = failing.slice(0, 5).map((host) => (this.#known.has(host) ? `${host} (last addresses kept)` : host));
    const more = failing.length > 5 ? ` and ${failing.length - 5} more` : "";
    this.problems.set(PROBLEM, `upstream names that do not resolve: ${shown.join(", ")}${more}`);
  }
}

/**
 * IPv4 when there is any: most hosts that publish both families serve IPv4, while many machines (and "localhost") have an IPv6
 * address on which nothing answers. Sorted, because resolvers rotate their answers and a rotation is no change.
 */
function choose(found: readonly { readonly address: string; readonly family: number }[]): readonly string[] {
  const version4 = found.filter(({ family }) => family === 4);
  const chosen = version4.length > 0 ? version4 : found;
  return [...new Set(chosen.map(({ address }) => address))].sort();
}

import type { RecordWithTtl, SrvRecord } from "node:dns";
import { lookup, Resolver } from "node:dns/promises";
import { readFile } from "node:fs/promises";
import { SRV_QUESTION } from "../../contract/upstream-question";
import { Turnstile } from "../state/turnstile";
import { cycleOfPeers, type SrvPeers } from "./srv-peers";

/** What a question was answered with. */
export interface Answer {
  /** Sorted addresses; of a SRV question "address:port" in the order of their turns, see srv-peers.ts. */
  readonly addresses: readonly string[];
  /** Undefined where whoever answered does not say. */
  readonly ttlSeconds: number | undefined;
}

export type LookUp = (question: string) => Promise<Answer>;

const HOSTS_FILE = "/etc/hosts";
const TRY_MS = 1_500;
const TRIES = 2;
/** getaddrinfo blocks a thread of the pool that files use as well: two at a time leave it usable when names time out. */
const PARALLEL_SYSTEM_LOOKUPS = 2;
/** Node does not tell the TTL of SRV records: what caches still hold costs little to ask for again. */
const SRV_TTL_SECONDS = 10;

/**
 * Asks DNS, whose answers say how long they hold. What DNS has never known is asked of the system (getaddrinfo): names of /etc/hosts, of search
 * domains and of other sources that the machine has.
 */
export class DnsLookUp {
  readonly #resolver: Resolver;
  readonly #system = new Turnstile(PARALLEL_SYSTEM_LOOKUPS);
  /** Names that DNS has answered: the system would ask the same servers again. */
  readonly #inDns = new Set<string>();

  /** @param servers "address" or "address:port" in place of the system's; empty = the system's */
  constructor(servers: readonly string[] = [], tryMs = TRY_MS) {
    this.#resolver = new Resolver({ timeout: tryMs, tries: TRIES });
    if (servers.length > 0) {
      this.#resolver.setServers(servers);
    }
  }

  /** @throws whatever the resolver says when there is no answer */
  readonly lookUp: LookUp = (question) =>
    question.startsWith(SRV_QUESTION) ? this.#service(question.slice(SRV_QUESTION.length)) : this.#name(question);

  async #name(name: string): Promise<Answer> {
    if (!name.includes(".") || (await isInHostsFile(name))) {
      return this.#fromSystem(name);
    }
    try {
      const found = await this.#fromDns(name);
      this.#inDns.add(name);
      return found;
    } catch (error) {
      if (this.#inDns.has(name)) {
        throw error;
      }
      return this.#fromSystem(name);
    }
  }

  /**
   * IPv4 when there is any: most hosts that publish both families serve IPv4, while many machines have an IPv6 address on which nothing
   * answers.
   */
  async #fromDns(name: string): Promise<Answer> {
    try {
      return foundIn(await this.#resolver.resolve4(name, { ttl: true }));
    } catch (error) {
      if (!isNoData(error)) {
        throw error;
      }
      return foundIn(await this.#resolver.resolve6(name, { ttl: true }));
    }
  }

  async #fromSystem(name: string): Promise<Answer> {
    const found = await this.#system.run(() => lookup(name, { all: true, verbatim: true }));
    const version4 = found.filter(({ family }) => family === 4);
    const chosen = version4.length > 0 ? version4 : found;
    return { addresses: sorted(chosen.map(({ address }) => address)), ttlSeconds: undefined };
  }

  /** The best priority of which a host has addresses (RFC 2782). */
  async #service(name: string): Promise<Answer> {
    const records = await this.#resolver.resolveSrv(name);
    const offered = records.filter((record) => record.name !== "" && record.name !== ".");
    let failure: unknown = new Error(`the service ${name} is not offered`);
    for (const priority of sortedNumbers(offered.map((record) => record.priority))) {
      const settled = await Promise.allSettled(
        offered.filter((record) => record.priority === priority).map((record) => this.#peersOf(record)),
      );
      const peers = settled.flatMap((result) => (result.status === "fulfilled" ? [result.value] : []));
      if (peers.length > 0) {
        const ttls = peers.map(({ ttlSeconds }) => ttlSeconds);
        return { addresses: cycleOfPeers(peers), ttlSeconds: Math.min(SRV_TTL_SECONDS, ...ttls) };
      }
      failure = settled.find((result) => result.status === "rejected")?.reason ?? failure;
    }
    throw failure;
  }

  async #peersOf({ name, port, weight }: SrvRecord): Promise<SrvPeers & { readonly ttlSeconds: number }> {
    const { addresses, ttlSeconds } = await this.#name(name);
    return { addresses, port, weight, ttlSeconds: ttlSeconds ?? SRV_TTL_SECONDS };
  }
}

async function isInHostsFile(name: string): Promise<boolean> {
  const text = await readFile(HOSTS_FILE, "utf8").catch(() => "");
  return text
    .split("\n")
    .some((line) => line.replace(/#.*/, "").trim().toLowerCase().split(/\s+/).slice(1).includes(name.toLowerCase()));
}

function foundIn(records: readonly RecordWithTtl[]): Answer {
  return {
    addresses: sorted(records.map(({ address }) => address)),
    ttlSeconds: Math.min(...records.map(({ ttl }) => ttl)),
  };
}

function isNoData(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "ENODATA";
}

/** Resolvers rotate their answers, and a rotation is no change. */
function sorted(addresses: readonly string[]): string[] {
  return [...new Set(addresses)].sort();
}

function sortedNumbers(numbers: readonly number[]): number[] {
  return [...new Set(numbers)].sort((left, right) => left - right);
}

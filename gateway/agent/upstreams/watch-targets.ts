import { isIP } from "node:net";
import { crc32 } from "node:zlib";
import { nameOf } from "../../compiler/target-key";
import type { Target, Upstream } from "../../contract/bundle";
import type { ClientCertificate } from "../../contract/certificates";
import {
  GATE_CLOSED,
  GATE_OPEN,
  type MIRROR_RESULTS,
  TARGET_DOWN,
  TARGET_REASONS,
  TARGET_RETURNING,
  TARGET_UP,
} from "../../contract/shared-memory";
import { questionOf } from "../../contract/upstream-question";
import type { Logger } from "../log";
import type { Problems } from "../problems";
import type { Addresses } from "../releases/resolve-upstreams";
import { CheckIdentities } from "./check-identities";
import { checkTarget } from "./check-target";
import type { TargetFile, TargetSlot } from "./target-file";

/** An upstream of the release, and the API versions it serves, for people. */
export interface WatchedUpstream {
  readonly label: string;
  readonly upstream: Upstream;
}

/** One address of a target, and whether it gets requests. */
export interface TargetStatus {
  readonly label: string;
  readonly target: string;
  readonly address: string;
  readonly isOut: boolean;
  /** Why it is out, in words; "" while it is not. */
  readonly reason: string;
  readonly trips: number;
}

/** What became of the copies of an upstream's calls, since nginx started. */
export interface MirrorStatus {
  readonly label: string;
  readonly results: Readonly<Record<(typeof MIRROR_RESULTS)[number], number>>;
}

interface Watch {
  readonly label: string;
  readonly upstream: Upstream;
  readonly target: Target;
  /** As people and the file know it: with the port, where that is no part of the target. */
  readonly address: string;
  readonly connectTo: { readonly address: string; readonly port: number };
}

interface Health {
  /** Above 0: successes in a row; below: failures. */
  streak: number;
  isDown: boolean;
  upAtMs: number;
  reason: string;
  dueAtMs: number;
  isBusy: boolean;
}

/** Checks under way at once; the others wait for the next turn. */
const PARALLEL_CHECKS = 64;
/** A slot that no release names is given up after this, when no request of an older release can still hold it. */
const RETIRE_AFTER_MS = 120_000;
const OUT = "upstream_target_out";
const HALTED = "canary_halted";
const SHOWN = 5;

/**
 * Runs the health checks of the release and tells the workers, through `targets.shm`, which targets are down; reads from there which
 * circuits they have opened, and tells people. No reload, and no request waits for a check.
 */
export class TargetWatch {
  readonly #identities: CheckIdentities;
  readonly #health = new Map<string, Health>();
  readonly #unknownSince = new Map<number, number>();
  #busy = 0;
  #targets: readonly TargetStatus[] = [];
  #mirrors: readonly MirrorStatus[] = [];

  /** @param authorities PEM: what certificates of TLS targets must chain to */
  constructor(
    readonly file: TargetFile,
    readonly problems: Problems,
    readonly logger: Logger,
    authorities: string,
    readonly nowMs: () => number = monotonicMs,
  ) {
    this.#identities = new CheckIdentities(authorities);
  }

  /** As of the last turn. */
  get targets(): readonly TargetStatus[] {
    return this.#targets;
  }

  /** As of the last turn. */
  get mirrors(): readonly MirrorStatus[] {
    return this.#mirrors;
  }

  /** One turn: starts the checks that are due, reconciles the file, reports. Call a few times per second. */
  turn(
    upstreams: readonly WatchedUpstream[],
    addresses: Addresses,
    clientCertificates: readonly ClientCertificate[] = [],
  ): void {
    const found = upstreams.flatMap((watched) => watchesOf(watched, addresses));
    // A target that is listed twice is one target.
    const watches = [...new Map(found.map((watch) => [keyOf(watch), watch])).values()];
    const slots = new Map(this.file.read().map((slot) => [slotKey(slot.key, slot.address), slot]));
    for (const watch of watches) {
      if (watch.upstream.healthCheck !== undefined) {
        this.#checkWhenDue(watch, clientCertificates);
      }
      const slot = slots.get(keyOf(watch));
      if (slot !== undefined) {
        this.#reconcile(watch, slot);
      }
    }
    const wanted = new Set(watches.map(keyOf));
    for (const key of this.#health.keys()) {
      if (!wanted.has(key)) {
        this.#health.delete(key);
      }
    }
    this.#retire(slots, new Set([...wanted, ...upstreams.flatMap(otherKeys)]));
    this.#targets = watches.map((watch) => this.#statusOf(watch, slots.get(keyOf(watch))));
    this.#mirrors = upstreams.flatMap((watched) => mirrorsOf(watched, slots));
    this.#report(upstreams, slots);
  }

  #checkWhenDue(watch: Watch, clientCertificates: readonly ClientCertificate[]): void {
    const { healthCheck: check, clientCertificate, tlsName } = watch.upstream;
    const now = this.nowMs();
    const key = keyOf(watch);
    const health = this.#health.get(key) ?? {
      streak: 0,
      isDown: false,
      upAtMs: 0,
      reason: "",
      dueAtMs: now,
      isBusy: false,
    };
    this.#health.set(key, health);
    if (check === undefined || health.isBusy || now < health.dueAtMs || this.#busy >= PARALLEL_CHECKS) {
      return;
    }
    health.isBusy = true;
    health.dueAtMs = now + check.intervalMs;
    this.#busy += 1;
    void checkTarget(check, watch.target, watch.connectTo, {
      tlsName,
      context: this.#identities.contextFor(clientCertificates.find(({ name }) => name === clientCertificate)),
    }).then((reason) => {
      this.#busy -= 1;
      health.isBusy = false;
      this.#note(watch, health, reason);
    });
  }

  #note({ label, upstream, target, address }: Watch, health: Health, reason: string | undefined): void {
    const check = upstream.healthCheck;
    if (check === undefined) {
      return;
    }
    health.streak = reason === undefined ? Math.max(1, health.streak + 1) : Math.min(-1, health.streak - 1);
    health.reason = reason ?? health.reason;
    const facts = { api: label, target: nameOf(target), address };
    if (!health.isDown && -health.streak >= check.unhealthyAfter) {
      health.isDown = true;
      this.logger.warn({ ...facts, reason }, "a target fails its health checks and gets no more requests");
    } else if (health.isDown && health.streak >= check.healthyAfter) {
      health.isDown = false;
      health.upAtMs = this.nowMs();
      this.logger.info(facts, "a target passes its health checks again");
    }
  }

  /** Not only when something changes: a start of nginx clears the file. */
  #reconcile(watch: Watch, slot: TargetSlot): void {
    const health = this.#health.get(keyOf(watch));
    const slowStartMs = watch.upstream.slowStartMs ?? 0;
    const isReturning = health !== undefined && health.upAtMs > 0 && this.nowMs() - health.upAtMs < slowStartMs;
    const up = isReturning ? TARGET_RETURNING : TARGET_UP;
    const down = health?.isDown === true ? TARGET_DOWN : up;
    if (slot.down !== down) {
      this.file.setDown(slot.place, down, health?.upAtMs ?? 0);
    }
  }

  #retire(slots: ReadonlyMap<string, TargetSlot>, wanted: ReadonlySet<string>): void {
    const now = this.nowMs();
    for (const [key, slot] of slots) {
      const isWanted = wanted.has(key);
      const since = isWanted ? now : (this.#unknownSince.get(slot.place) ?? now);
      if (isWanted) {
        this.#unknownSince.delete(slot.place);
      } else {
        this.#unknownSince.set(slot.place, since);
      }
      const isRetired = !isWanted && now - since >= RETIRE_AFTER_MS;
      if (isRetired !== slot.isRetired) {
        this.file.setRetired(slot.place, isRetired);
      }
    }
  }

  #statusOf(watch: Watch, slot: TargetSlot | undefined): TargetStatus {
    const health = this.#health.get(keyOf(watch));
    const isOpen = slot?.gate === GATE_OPEN;
    const isDown = health?.isDown === true;
    const words = isDown ? `health check: ${health.reason}` : `circuit open: ${reasonOf(slot)}`;
    return {
      label: watch.label,
      target: nameOf(watch.target),
      address: watch.address,
      isOut: isDown || isOpen,
      reason: isDown || isOpen ? words : "",
      trips: slot?.trips ?? 0,
    };
  }

  #report(upstreams: readonly WatchedUpstream[], slots: ReadonlyMap<string, TargetSlot>): void {
    const out = this.#targets.filter(({ isOut }) => isOut);
    this.#say(
      OUT,
      "targets that get no requests",
      out.map(({ label, target, address, reason }) => `${label} ${target} (${address}; ${reason})`),
    );
    const halted = upstreams.flatMap(({ label, upstream }) => {
      const canary = upstream.split?.canary;
      const slot = canary === undefined ? undefined : slots.get(slotKey(canary.key, 0));
      return canary === undefined || slot === undefined || slot.gate === GATE_CLOSED
        ? []
        : [`${label} pool ${canary.pool} (${reasonOf(slot)})`];
    });
    this.#say(HALTED, "canaries that this node has halted", halted);
  }

  #say(code: string, title: string, items: readonly string[]): void {
    if (items.length === 0) {
      this.problems.clear(code);
      return;
    }
    const more = items.length > SHOWN ? ` and ${items.length - SHOWN} more` : "";
    this.problems.set(code, `${title}: ${items.slice(0, SHOWN).join(", ")}${more}`);
  }
}

function watchesOf({ label, upstream }: WatchedUpstream, addresses: Addresses): Watch[] {
  return upstream.targets
    .filter(({ key }) => key !== undefined)
    .flatMap((target) => {
      const found = addresses[questionOf(target)] ?? (isIP(target.host) === 0 ? [] : [target.host]);
      return [...new Set(found)].map((address) => ({
        label,
        upstream,
        target,
        address,
        connectTo: target.service === undefined ? { address, port: target.port } : splitPeer(address),
      }));
    });
}

/** "10.0.0.1:8080", "[fd00::1]:8080" */
function splitPeer(peer: string): Watch["connectTo"] {
  const colon = peer.lastIndexOf(":");
  return { address: peer.slice(0, colon).replace(/^\[(.*)\]$/, "$1"), port: Number(peer.slice(colon + 1)) };
}

/** Of the slots that no address has: the canary's and the mirror's. */
function otherKeys({ upstream }: WatchedUpstream): string[] {
  return [upstream.split?.canary?.key, upstream.mirror?.key].flatMap((key) =>
    key === undefined ? [] : [slotKey(key, 0)],
  );
}

function mirrorsOf({ label, upstream }: WatchedUpstream, slots: ReadonlyMap<string, TargetSlot>): MirrorStatus[] {
  const slot = upstream.mirror && slots.get(slotKey(upstream.mirror.key, 0));
  if (slot === undefined) {
    return [];
  }
  const [mirrored = 0, failed = 0, skipped = 0, dropped = 0] = slot.mirrorResults;
  return [{ label, results: { mirrored, failed, skipped, dropped } }];
}

function keyOf({ target, address }: Watch): string {
  // As nginx writes it, because that is what a worker hashes.
  return slotKey(target.key ?? 0, crc32(isIP(address) === 6 ? `[${address}]` : address));
}

function slotKey(key: number, address: number): string {
  return `${key} ${address}`;
}

function reasonOf(slot: TargetSlot | undefined): string {
  return (TARGET_REASONS[slot?.reason ?? 0] ?? "unknown").replace("_", " ");
}

/** The clock that nginx's workers read, in milliseconds. */
function monotonicMs(): number {
  return Number(process.hrtime.bigint() / 1000n) / 1000;
}

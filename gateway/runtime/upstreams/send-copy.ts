import { parse_pem_cert, parse_pem_priv_key } from "ngx.ssl";
import type { RuntimeClientCertificate } from "../certificates";
import { monotonicMs } from "../host/clock";
import { exchange, type Peer } from "../host/exchange";
import type { RuntimeTarget } from "../release/bundle";
import { pickAddress } from "./link-upstreams";
import type { RuntimeMirror } from "./mirror";
import { countCopy, DROPPED, FAILED, MIRRORED } from "./mirror-counts";

/** The copy of one call, on its way. */
export interface Copy {
  readonly mirror: RuntimeMirror;
  readonly target: RuntimeTarget;
  readonly isHead: boolean;
  /** The whole request. */
  readonly text: string;
}

/** Of all upstreams of a worker at once. Each holds two of its connections, and a timer: nginx.conf allows for as many. */
export const MOST_COPIES = 256;

/** Between two lines of one mirror in nginx's log. */
const SAID_EVERY_MS = 60_000;
const PEM_START = 6;

let underWay = 0;

export function copiesUnderWay(): number {
  return underWay;
}

/** Copies for targets with TLS until startWaiting. */
let waiting: Copy[] = [];

/**
 * Sends it in a context of its own, as soon as nginx has a moment, so that no call waits for it. A timer verifies certificates by what holds
 * where it was made, and authorities are not known where calls are (nginx.conf): over TLS the worker's own timer begins.
 * @returns false when there is no room, or when this worker begins nothing any more
 */
export function startCopy(copy: Copy): boolean {
  if (copy.target.tlsName === "") {
    if (!begin(copy)) {
      return false;
    }
  } else {
    if (ngx.worker.exiting()) {
      return false;
    }
    waiting.push(copy);
  }
  underWay += 1;
  copy.mirror.load.inFlight += 1;
  return true;
}

/** In the worker's own timer, again and again. */
export function startWaiting(): void {
  if (waiting.length === 0) {
    return;
  }
  const copies = waiting;
  waiting = [];
  for (const copy of copies) {
    if (!begin(copy)) {
      leave(copy);
      countCopy(copy.mirror.counts, DROPPED);
    }
  }
}

function begin(copy: Copy): boolean {
  const [started] = ngx.timer.at(0, sendCopy, copy);
  return started !== undefined;
}

function leave({ mirror }: Copy): void {
  underWay -= 1;
  mirror.load.inFlight -= 1;
}

/** Also when the worker is about to end: what was begun is sent, for as long as nginx waits. */
function sendCopy(this: void, _isEnding: boolean, copy: Copy): void {
  const { mirror, target } = copy;
  const [isSound, failure] = pcall(exchangeCopy, copy);
  leave(copy);
  if (isSound && failure === undefined) {
    return countCopy(mirror.counts, MIRRORED);
  }
  countCopy(mirror.counts, FAILED);
  say(mirror, target, tostring(failure));
}

function exchangeCopy(this: void, { isHead, mirror, target, text }: Copy): string | undefined {
  return exchange(peerOf(target), text, isHead, mirror.timeoutMs);
}

function peerOf(target: RuntimeTarget): Peer {
  const { clientCertificate, port, tlsName } = target;
  const address = pickAddress(target);
  const place = `${address}:${string.format("%d", port)}`;
  const identity = clientCertificate === undefined ? undefined : identityOf(clientCertificate);
  const number = clientCertificate === undefined ? "" : string.format("%d", clientCertificate.number);
  return {
    address,
    port,
    tlsName,
    identity,
    pool: tlsName === "" ? `mirror http ${place}` : `mirror https ${place} ${tlsName} ${number}`,
  };
}

type Identity = NonNullable<Peer["identity"]>;

/** By number of the certificate, which no other ever has. */
const identities = new LuaTable<number, Identity>();

/** Throws when the certificate cannot be used: without it nothing is sent. */
function identityOf({ certificate, number, privateKey }: RuntimeClientCertificate): Identity {
  const known = identities.get(number);
  if (known !== undefined) {
    return known;
  }
  const [chain] = parse_pem_cert(string.sub(certificate, PEM_START));
  const [parsedKey] = parse_pem_priv_key(string.sub(privateKey, PEM_START));
  if (chain === undefined || parsedKey === undefined) {
    return error("the client certificate cannot be read");
  }
  const identity = { chain, privateKey: parsedKey };
  identities.set(number, identity);
  return identity;
}

/** A mirror that is down fails for every call: the log gets the first reason of a minute, and how many there were. */
function say({ load, upstreamId }: RuntimeMirror, target: RuntimeTarget, reason: string): void {
  load.unsaid += 1;
  const now = monotonicMs();
  if (now - load.saidAtMs < SAID_EVERY_MS) {
    return;
  }
  const upstream = string.format("%d", upstreamId);
  const failures = string.format("%d", load.unsaid);
  ngx.log(
    ngx.WARN,
    "mirror of upstream ",
    upstream,
    ": ",
    failures,
    " failed since the last word, now ",
    reason,
    " at ",
    target.hostField,
  );
  load.saidAtMs = now;
  load.unsaid = 0;
}

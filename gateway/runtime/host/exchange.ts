import { monotonicMs } from "./clock";

/** Where to send, and as whom. */
export interface Peer {
  readonly address: string;
  readonly port: number;
  /** SNI and verified name; "" for plain HTTP. */
  readonly tlsName: string;
  /** Presented over TLS; undefined = nothing. */
  readonly identity: { readonly chain: CData; readonly privateKey: CData } | undefined;
  /** Connections are kept under this name: whatever makes one unfit for another peer must be part of it. */
  readonly pool: string;
}

/** A connection, and what has come on it and was not looked at yet. */
interface Inbox {
  readonly socket: TcpSocket;
  /** On the monotonic clock. */
  readonly deadline: number;
  text: string;
  /** What may still be read of the answer before the connection is given up instead. */
  budget: number;
}

const IDLE_CONNECTIONS = 32;
/** As for upstreams (nginx.conf): below the five seconds after which many servers close. */
const IDLE_MS = 4_000;
const PIECE_BYTES = 16_384;
const HEAD_BYTES = 16_384;
/** Reading on costs less than another connection, up to here. */
const ANSWER_BYTES = 262_144;
const LONGEST_CHUNK_LINE = 256;
const NO_CONTENT = 204;
const NOT_MODIFIED = 304;
const FIRST_FINAL_STATUS = 200;
const HEX = 16;
const END_OF_HEAD = "\r\n\r\n";

/**
 * Sends a request over HTTP/1.1 and drops the answer. Waits, so only for timers; never longer than `timeoutMs` for the head of the answer, nor
 * again as long for the rest of it, however slowly the peer sends: each wait is for what is left.
 * @param text the whole request; @param isHead whether its answer has no body
 * @returns why there was no answer, undefined when there was
 */
export function exchange(this: void, peer: Peer, text: string, isHead: boolean, timeoutMs: number): string | undefined {
  const socket = ngx.socket.tcp();
  const inbox: Inbox = { socket, deadline: monotonicMs() + timeoutMs, text: "", budget: ANSWER_BYTES };
  const failure = connect(inbox, peer) ?? send(inbox, text);
  if (failure !== undefined) {
    socket.close();
    return failure;
  }
  const [head, reason] = readHead(inbox);
  if (head === undefined) {
    socket.close();
    return reason;
  }
  if (drain(inbox, head, isHead) && inbox.text === "") {
    socket.setkeepalive(IDLE_MS);
  } else {
    socket.close();
  }
  return undefined;
}

/** @returns false when the time is over */
function allowRest({ socket, deadline }: Inbox): boolean {
  const left = deadline - monotonicMs();
  socket.settimeout(math.max(1, math.floor(left)));
  return left > 0;
}

function connect(inbox: Inbox, { address, identity, pool, port, tlsName }: Peer): string | undefined {
  const { socket } = inbox;
  allowRest(inbox);
  const [connected, reason] = socket.connect(address, port, { pool, pool_size: IDLE_CONNECTIONS });
  if (connected === undefined) {
    return reason ?? "no connection";
  }
  const [reused] = socket.getreusedtimes();
  if (tlsName === "" || (reused !== undefined && reused > 0)) {
    return undefined;
  }
  if (identity !== undefined) {
    socket.setclientcert(identity.chain, identity.privateKey);
  }
  allowRest(inbox);
  const [shaken, refusal] = socket.sslhandshake(false, tlsName, true);
  return shaken === true ? undefined : (refusal ?? "no TLS handshake");
}

/** In pieces: nginx gives each wait of one piece its whole time. */
function send(inbox: Inbox, text: string): string | undefined {
  for (const from of $range(1, text.length, PIECE_BYTES)) {
    if (!allowRest(inbox)) {
      return "timeout";
    }
    const [sent, reason] = inbox.socket.send(string.sub(text, from, from + PIECE_BYTES - 1));
    if (sent === undefined) {
      return reason ?? "not sent";
    }
  }
  return undefined;
}

/** Waits until something more has come. */
function receive(inbox: Inbox): string | undefined {
  if (!allowRest(inbox)) {
    return "timeout";
  }
  const [data, reason] = inbox.socket.receiveany(PIECE_BYTES);
  if (data === undefined) {
    return reason ?? "closed";
  }
  inbox.text += data;
  return undefined;
}

interface Head {
  readonly status: number;
  /** In lower case, from the line end of the status line on. */
  readonly fields: string;
}

/** The head of the final answer; what comes before it (1xx) is passed over. */
function readHead(inbox: Inbox): LuaMultiReturn<[Head | undefined, string | undefined]> {
  for (;;) {
    const [end] = string.find(inbox.text, END_OF_HEAD, 1, true);
    if (end === undefined) {
      if (inbox.text.length > HEAD_BYTES) {
        return $multi(undefined, "the answer's head is too large");
      }
      const failure = receive(inbox);
      if (failure !== undefined) {
        return $multi(undefined, failure);
      }
    } else {
      const head = string.sub(inbox.text, 1, end + 1);
      inbox.text = string.sub(inbox.text, end + END_OF_HEAD.length);
      const [digits] = string.match(head, "^HTTP/1%.1 (%d%d%d)[ \r]");
      const status = tonumber(digits);
      if (status === undefined) {
        return $multi(undefined, "the answer is not HTTP/1.1");
      }
      if (status >= FIRST_FINAL_STATUS) {
        const [lineEnd] = string.find(head, "\r\n", 1, true);
        return $multi({ status, fields: string.lower(string.sub(head, lineEnd ?? 1)) }, undefined);
      }
    }
  }
}

/** Reads the answer to its end. @returns false when the connection cannot be used again */
function drain(inbox: Inbox, { fields, status }: Head, isHead: boolean): boolean {
  if (string.find(fields, "\r\nconnection:[^\r]*close")[0] !== undefined) {
    return false;
  }
  if (isHead || status === NO_CONTENT || status === NOT_MODIFIED) {
    return true;
  }
  if (string.find(fields, "\r\ntransfer-encoding:", 1, true)[0] !== undefined) {
    return string.find(fields, "\r\ntransfer-encoding:[ \t]*chunked[ \t]*\r\n")[0] !== undefined && drainChunks(inbox);
  }
  const [digits] = string.match(fields, "\r\ncontent%-length:[ \t]*(%d+)[ \t]*\r\n");
  const length = tonumber(digits);
  return length !== undefined && skip(inbox, length);
}

function drainChunks(inbox: Inbox): boolean {
  for (;;) {
    const line = readLine(inbox);
    const [digits] = string.match(line ?? "", "^(%x+)[ \t]*;?");
    const size = digits === undefined ? undefined : tonumber(digits, HEX);
    if (size === undefined) {
      return false;
    }
    if (size === 0) {
      return skipTrailers(inbox);
    }
    if (!skip(inbox, size) || readLine(inbox) !== "") {
      return false;
    }
  }
}

function skipTrailers(inbox: Inbox): boolean {
  for (;;) {
    const line = readLine(inbox);
    if (line === undefined || line === "") {
      return line !== undefined;
    }
  }
}

/** Without its end; undefined when none comes. */
function readLine(inbox: Inbox): string | undefined {
  for (;;) {
    const [end] = string.find(inbox.text, "\r\n", 1, true);
    if (end !== undefined) {
      const line = string.sub(inbox.text, 1, end - 1);
      return takeAway(inbox, end + 1) ? line : undefined;
    }
    if (inbox.text.length > LONGEST_CHUNK_LINE || receive(inbox) !== undefined) {
      return undefined;
    }
  }
}

function skip(inbox: Inbox, bytes: number): boolean {
  let left = bytes;
  while (left > inbox.text.length) {
    left -= inbox.text.length;
    if (!takeAway(inbox, inbox.text.length) || left > inbox.budget || receive(inbox) !== undefined) {
      return false;
    }
  }
  return takeAway(inbox, left);
}

/** @returns false when the answer has become too large to go on with */
function takeAway(inbox: Inbox, bytes: number): boolean {
  inbox.text = string.sub(inbox.text, bytes + 1);
  inbox.budget -= bytes;
  return inbox.budget >= 0;
}

import { readFileSync } from "node:fs";
import { connect as connectHttp2, constants, type ClientHttp2Session, type OutgoingHttpHeaders } from "node:http2";
import { connect, type Socket } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { FakeUpstream } from "../testing/fake-upstream";
import { findFreePort } from "../testing/free-port";
import { makeKey } from "../testing/make-key";
import { RecordingUpstream } from "../testing/recording-upstream";
import { credentialFor, shopSnapshot } from "../testing/snapshots";
import { TestNode } from "../testing/test-node";
import { waitFor } from "../testing/wait-for";

const key = makeKey("http2");
let node: TestNode;
let upstream: FakeUpstream;
let h2cPort: number;

beforeAll(async () => {
  upstream = await FakeUpstream.start();
  h2cPort = await findFreePort();
  node = await TestNode.start({ workers: 1, h2cPort });
  await node.publish(shopSnapshot([upstream.url]));
  await node.putCredentials([credentialFor(key)]);
  await callOnce();
});

afterAll(async () => {
  await node.stop();
  await upstream.stop();
});

const open = () => connectHttp2(`http://127.0.0.1:${h2cPort}`).on("error", () => undefined);

function ask(session: ClientHttp2Session, headers: OutgoingHttpHeaders = {}): Promise<number | string> {
  const stream = session.request({ ":path": "/shop/v1/items", "x-api-key": key, ...headers });
  stream.resume();
  return new Promise((resolve) => {
    stream.on("response", (fields) => resolve(Number(fields[":status"])));
    stream.on("error", (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    stream.on("close", () => resolve("closed"));
  });
}

/** Somebody else's call, on a connection of its own. */
async function callOnce(): Promise<void> {
  const session = open();
  expect(await ask(session)).toBe(200);
  session.close();
}

function memoryKilobytes(): number {
  const status = readFileSync(`/proc/${node.workerPids()[0]}/status`, "utf8");
  return Number(/^VmRSS:\s+(\d+)/m.exec(status)?.[1]);
}

/** Does harm while others call: they are answered, by the same worker, whose memory stays what it was. */
async function whileOthersCall(harm: () => Promise<unknown>): Promise<void> {
  const [worker] = node.workerPids();
  const before = memoryKilobytes();
  let isOver = false;
  const others = (async () => {
    while (!isOver) {
      await callOnce();
    }
  })();
  await harm().finally(() => (isOver = true));
  await others;
  await callOnce();
  expect(node.workerPids()).toEqual([worker]);
  expect(memoryKilobytes() - before).toBeLessThan(16 * 1024);
}

// RFC 9113 §4.1 and §6.
const DATA = 0;
const HEADERS = 1;
const RST_STREAM = 3;
const SETTINGS = 4;
const PING = 6;
const GOAWAY = 7;
const CONTINUATION = 9;
const END_HEADERS = 4;
const END_STREAM = 1;

function frame(type: number, flags: number, stream: number, payload: Buffer): Buffer {
  const head = Buffer.alloc(9);
  head.writeUIntBE(payload.length, 0, 3);
  head.writeUInt8(type, 3);
  head.writeUInt8(flags, 4);
  head.writeUInt32BE(stream, 5);
  return Buffer.concat([head, payload]);
}

/** A field that is not kept in the table (RFC 7541 §6.2.2), of short texts. */
function field(name: string, value: string): Buffer {
  return Buffer.concat([
    Buffer.from([0, name.length]),
    Buffer.from(name),
    Buffer.from([value.length]),
    Buffer.from(value),
  ]);
}

const REQUEST = Buffer.concat([
  field(":method", "GET"),
  field(":scheme", "http"),
  field(":path", "/shop/v1/items"),
  field(":authority", "a"),
  field("x-api-key", key),
]);

async function openRaw(): Promise<Socket> {
  const socket = connect(h2cPort, "127.0.0.1");
  socket.on("error", () => undefined).resume();
  await new Promise((resolve) => socket.once("connect", resolve));
  socket.write(
    Buffer.concat([Buffer.from("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"), frame(SETTINGS, 0, 0, Buffer.alloc(0))]),
  );
  return socket;
}

/** Writes piece after piece, as fast as they are taken, until all are or the node has had enough. */
async function flood(socket: Socket, pieces: number, make: (piece: number) => Buffer): Promise<void> {
  for (let piece = 0; piece < pieces && !socket.destroyed; piece += 1) {
    if (!socket.write(make(piece))) {
      await new Promise<void>((resolve) => {
        socket.once("drain", resolve).once("close", resolve);
      });
    }
  }
  await waitFor("the node to have read it or to have closed", () => socket.destroyed || socket.writableLength === 0);
  socket.destroy();
}

describe("a connection of HTTP/2 that does harm costs itself, and others are answered meanwhile", () => {
  it("streams that are begun and given up, ten thousand of them", () =>
    whileOthersCall(async () => {
      const socket = await openRaw();
      const giveUp = Buffer.from([0, 0, 0, constants.NGHTTP2_CANCEL]);
      await flood(socket, 100, (piece) =>
        Buffer.concat(
          Array.from({ length: 100 }, (_unused, index) => {
            const stream = 2 * (piece * 100 + index) + 1;
            return Buffer.concat([
              frame(HEADERS, END_HEADERS + END_STREAM, stream, REQUEST),
              frame(RST_STREAM, 0, stream, giveUp),
            ]);
          }),
        ),
      );
    }));

  it("a header that never ends", () =>
    whileOthersCall(async () => {
      const socket = await openRaw();
      socket.write(frame(HEADERS, END_STREAM, 1, REQUEST));
      const piece = Buffer.concat(Array.from({ length: 60 }, () => field("x", "y".repeat(120))));
      await flood(socket, 5_000, () => frame(CONTINUATION, 0, 1, piece));
    }));

  it("a small header that unpacks to a large one", () =>
    whileOthersCall(async () => {
      const socket = await openRaw();
      // Kept in the table (RFC 7541 §6.2.1), then named by one byte each.
      const large = Buffer.concat([
        Buffer.from([0x40, 1]),
        Buffer.from("z"),
        Buffer.from([0x7f, 0xa1, 0x1e]),
        Buffer.alloc(4000, "z"),
      ]);
      for (let stream = 1; stream < 200; stream += 2) {
        const again = Buffer.alloc(8000, 0x80 + 62);
        socket.write(
          frame(
            HEADERS,
            END_HEADERS + END_STREAM,
            stream,
            Buffer.concat([REQUEST, stream === 1 ? large : Buffer.alloc(0), again]),
          ),
        );
      }
      await flood(socket, 0, () => Buffer.alloc(0));
    }));

  it.each([
    ["settings", SETTINGS, Buffer.from([0, 4, 0, 1, 0, 0])],
    ["pings", PING, Buffer.alloc(8)],
  ])("two hundred thousand %s", (_name, type, payload) =>
    whileOthersCall(async () => {
      const socket = await openRaw();
      const many = Buffer.concat(Array.from({ length: 1000 }, () => frame(type, 0, 0, payload)));
      await flood(socket, 200, () => many);
    }),
  );

  it("more streams at once than are allowed", () =>
    whileOthersCall(async () => {
      const socket = await openRaw();
      const perPiece = 50;
      await flood(socket, 20, (piece) =>
        Buffer.concat(
          Array.from({ length: perPiece }, (_unused, index) =>
            // Without an end: each waits for a body.
            frame(
              HEADERS,
              END_HEADERS,
              2 * (piece * perPiece + index) + 1,
              Buffer.concat([field("content-length", "9"), REQUEST].reverse()),
            ),
          ),
        ),
      );
    }));
});

describe("over HTTP/2", () => {
  it("a header beyond the limit is refused, and the next call is answered", async () => {
    const session = open();
    expect(await ask(session, { "x-long": "x".repeat(40_000) })).not.toBe(200);
    session.destroy();
    await callOnce();
  });

  it("CONNECT is refused, with a protocol or without", async () => {
    for (const headers of [
      { ":method": "CONNECT", ":authority": "internal.example:25" },
      {
        ":method": "CONNECT",
        ":authority": "internal.example",
        ":protocol": "websocket",
        ":scheme": "http",
        ":path": "/",
      },
    ]) {
      const session = open();
      const stream = session.request(headers);
      stream.on("error", () => undefined).resume();
      const status = await new Promise((resolve) => {
        stream.on("response", (fields) => resolve(fields[":status"]));
        stream.on("close", () => resolve("reset"));
      });
      expect([400, 405, "reset"]).toContain(status);
      session.destroy();
    }
  });

  it("an upload has no limit of its own, and does not wait in memory or on disk", async () => {
    const session = open();
    const megabyte = Buffer.alloc(1024 * 1024);
    const before = memoryKilobytes();
    const stream = session.request({ ":method": "POST", ":path": "/shop/v1/items", "x-api-key": key });
    for (let sent = 0; sent < 50; sent += 1) {
      if (!stream.write(megabyte)) {
        await new Promise((resolve) => stream.once("drain", resolve));
      }
    }
    stream.end();
    const status = await new Promise((resolve) => stream.on("response", (fields) => resolve(fields[":status"])));
    expect(status).toBe(200);
    expect(upstream.seen.at(-1)?.body.length).toBe(50 * megabyte.length);
    expect(memoryKilobytes() - before).toBeLessThan(8 * 1024);
    session.close();
  });
});

describe("a request of HTTP/2 that would be another one in HTTP/1.1", () => {
  type Fields = readonly (readonly [name: string, value: string])[];
  /** `:status: 200` of the static table (RFC 7541, appendix A). */
  const OK = 0x88;
  const line = [
    [":method", "POST"],
    [":scheme", "http"],
    [":path", "/shop/v1/items"],
    [":authority", "a"],
  ] as const;
  const post: Fields = [...line, ["x-api-key", key]];
  const without = (name: string) => post.filter(([own]) => own !== name);
  let recording: RecordingUpstream;

  beforeAll(async () => {
    recording = await RecordingUpstream.start();
    await node.publish(shopSnapshot([recording.url]));
  });

  afterAll(() => recording.stop());

  /** @returns whether it was answered with 200; a refusal may be a status, a reset, or the end of the connection */
  async function send(fields: Fields, body = "hello"): Promise<boolean> {
    recording.forget();
    const socket = await openRaw();
    let answer = Buffer.alloc(0);
    let isClosed = false;
    socket.on("data", (part: Buffer) => (answer = Buffer.concat([answer, part]))).on("close", () => (isClosed = true));
    const head = Buffer.concat(fields.map(([name, value]) => field(name, value)));
    socket.write(
      Buffer.concat([frame(HEADERS, END_HEADERS, 1, head), frame(DATA, END_STREAM, 1, Buffer.from(body, "latin1"))]),
    );
    const verdict = () => framesOf(answer).find(({ type }) => [HEADERS, RST_STREAM, GOAWAY].includes(type));
    await waitFor("an answer", () => isClosed || verdict() !== undefined);
    socket.destroy();
    const { type, payload } = verdict() ?? { type: GOAWAY, payload: Buffer.alloc(0) };
    // Behind the new size of a table (§6.3), if there is one.
    return type === HEADERS && payload[(payload[0] ?? 0) >> 5 === 1 ? 1 : 0] === OK;
  }

  it.each<[string, Fields]>([
    ["two lengths", [...post, ["content-length", "5"], ["content-length", "3"]]],
    ["a length that is none", [...post, ["content-length", "5, 5"]]],
    ["the end of a line in a field", [...post, ["x-a", "a\r\nX-Admin: 1"]]],
    ["… a bare one", [...post, ["x-a", "a\nX-Admin: 1"]]],
    ["the end of a line in a field's name", [...post, ["x-a: b\r\nx-admin", "1"]]],
    ["a colon in a field's name", [...post, ["x-admin: 1", "b"]]],
    ["NUL in a field", [...post, ["x-a", "a\0b"]]],
    [
      "a line of its own in the path",
      [...without(":path"), [":path", "/shop/v1/items HTTP/1.1\r\nX-Admin: 1\r\n\r\n"]],
    ],
    ["NUL in the path", [...without(":path"), [":path", "/shop/v1/items\0"]]],
    ["no path", without(":path")],
    ["a line of its own in the method", [...without(":method"), [":method", "GET /x HTTP/1.1\r\nA: b"]]],
    ["two paths", [...line, [":path", "/shop/v1/items/2"], ["x-api-key", key]]],
    ["an authority that is none", [...without(":authority"), [":authority", "a/b"]]],
    ["another Host", [...post, ["host", "b"]]],
    ["a field in upper case", [...post, ["X-Admin", "1"]]],
  ])("%s: refused, and nothing of it reaches the upstream", async (_name, fields) => {
    expect(await send(fields)).toBe(false);
    expect(recording.seen).toEqual([]);
    await callOnce();
    expect(recording.seen).toHaveLength(1);
    expect(recording.unread).toBe("");
  });

  it.each([
    ["less than", "2"],
    ["more than", "20"],
  ])(
    "a length that is %s its body: refused, and the upstream's connection serves nobody else",
    async (_name, length) => {
      expect(await send([...post, ["content-length", length]])).toBe(false);
      // Its head may have gone on; a whole request it never becomes, nor the beginning of another's.
      expect(recording.seen).toEqual([]);
      await callOnce();
      expect(recording.seen.map(({ line }) => line)).toEqual(["GET /items HTTP/1.1"]);
    },
  );

  it.each<[string, Fields, string[]]>([
    ["a body without a length", post, []],
    ["transfer-encoding, which HTTP/2 has not", [...post, ["transfer-encoding", "chunked"]], []],
    ["connection, and a field that it names", [...post, ["connection", "x-a"], ["x-a", "1"]], ["x-a: 1"]],
    ["cookies in pieces", [...post, ["cookie", "a=1"], ["cookie", "b=2"]], ["cookie: a=1; b=2"]],
  ])("%s: one request, with the body that it had", async (_name, fields, passedOn) => {
    expect(await send(fields, "GET /x HTTP/1.1\r\n\r\n")).toBe(true);
    expect(recording.seen.map(({ line, body }) => [line, body])).toEqual([
      ["POST /items HTTP/1.1", "13\r\nGET /x HTTP/1.1\r\n\r\n\r\n0\r\n\r\n"],
    ]);
    expect(recording.passedOn).toEqual(["Transfer-Encoding: chunked", ...passedOn]);
    expect(recording.unread).toBe("");
  });
});

function framesOf(bytes: Buffer): { type: number; payload: Buffer }[] {
  const frames: { type: number; payload: Buffer }[] = [];
  for (let at = 0; at + 9 <= bytes.length;) {
    const end = at + 9 + bytes.readUIntBE(at, 3);
    if (end <= bytes.length) {
      frames.push({ type: bytes.readUInt8(at + 3), payload: bytes.subarray(at + 9, end) });
    }
    at = end;
  }
  return frames;
}

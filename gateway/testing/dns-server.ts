import { createSocket, type Socket } from "node:dgram";

/** What a name is answered with; undefined = no such name, "silent" = no answer at all. */
export type DnsRecords =
  | { readonly ttlSeconds: number; readonly addresses: readonly string[] }
  | {
      readonly ttlSeconds: number;
      readonly services: readonly { name: string; port: number; priority: number; weight: number }[];
    }
  | "silent";

const TYPE = { A: 1, SRV: 33 } as const;
const CLASS_IN = 1;
const NO_SUCH_NAME = 3;
const HEADER_BYTES = 12;

/** Answers A and SRV questions over UDP (RFC 1035 §4, RFC 2782) with what a test puts into it, and counts them. */
export class DnsServer {
  readonly records = new Map<string, DnsRecords>();
  readonly asked: string[] = [];

  private constructor(
    readonly socket: Socket,
    readonly port: number,
  ) {}

  static async start(): Promise<DnsServer> {
    const socket = createSocket("udp4");
    await new Promise<void>((resolve) => socket.bind(0, "127.0.0.1", resolve));
    const server = new DnsServer(socket, socket.address().port);
    socket.on("message", (query, { address, port }) => {
      const answer = server.#answer(query);
      if (answer !== undefined) {
        socket.send(answer, port, address);
      }
    });
    return server;
  }

  get address(): string {
    return `127.0.0.1:${this.port}`;
  }

  stop(): void {
    this.socket.close();
  }

  #answer(query: Buffer): Buffer | undefined {
    const { name, end } = readName(query);
    const type = query.readUInt16BE(end);
    this.asked.push(name);
    const records = this.records.get(name);
    if (records === "silent") {
      return undefined;
    }
    const answers = records === undefined ? [] : dataOf(records, type).map((data) => record(type, records, data));
    const header = Buffer.alloc(HEADER_BYTES);
    query.copy(header, 0, 0, 2);
    header.writeUInt16BE(0x8180 | (records === undefined ? NO_SUCH_NAME : 0), 2);
    header.writeUInt16BE(1, 4);
    header.writeUInt16BE(answers.length, 6);
    return Buffer.concat([header, query.subarray(HEADER_BYTES, end + 4), ...answers]);
  }
}

function readName(query: Buffer): { name: string; end: number } {
  const labels: string[] = [];
  let at = HEADER_BYTES;
  for (let length = query.readUInt8(at); length > 0; length = query.readUInt8(at)) {
    labels.push(query.toString("latin1", at + 1, at + 1 + length));
    at += 1 + length;
  }
  return { name: labels.join(".").toLowerCase(), end: at + 1 };
}

function writeName(name: string): Buffer {
  const labels = name.split(".").map((label) => Buffer.concat([Buffer.from([label.length]), Buffer.from(label)]));
  return Buffer.concat([...labels, Buffer.from([0])]);
}

function dataOf(records: Exclude<DnsRecords, "silent">, type: number): Buffer[] {
  if ("addresses" in records) {
    return type === TYPE.A ? records.addresses.map((address) => Buffer.from(address.split(".").map(Number))) : [];
  }
  return type !== TYPE.SRV
    ? []
    : records.services.map(({ name, port, priority, weight }) => {
        const numbers = Buffer.alloc(6);
        [priority, weight, port].forEach((value, index) => numbers.writeUInt16BE(value, index * 2));
        return Buffer.concat([numbers, writeName(name)]);
      });
}

function record(type: number, { ttlSeconds }: { readonly ttlSeconds: number }, data: Buffer): Buffer {
  const head = Buffer.alloc(12);
  // The name of the question, where it stands.
  head.writeUInt16BE(0xc000 | HEADER_BYTES, 0);
  head.writeUInt16BE(type, 2);
  head.writeUInt16BE(CLASS_IN, 4);
  head.writeUInt32BE(ttlSeconds, 6);
  head.writeUInt16BE(data.length, 10);
  return Buffer.concat([head, data]);
}

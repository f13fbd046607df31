import { readdirSync, readFileSync } from "node:fs";
import { createServer, request as send, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { AttachedPolicy } from "../compiler/snapshot";
import { makeKey } from "../testing/make-key";
import { credentialFor, shopSnapshot } from "../testing/snapshots";
import { TestNode } from "../testing/test-node";

const MEGABYTE = 1024 * 1024;
const key = makeKey("streaming");
let node: TestNode;
let server: Server;
/** What the upstream does with a request; each test its own. */
let handle: (request: IncomingMessage, response: ServerResponse) => void;

beforeAll(async () => {
  server = createServer((request, response) => handle(request, response));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  node = await TestNode.start({ workers: 1, maxBodyBytes: 0 });
  await node.putCredentials([credentialFor(key)]);
  await publish([]);
});

afterAll(async () => {
  await node.stop();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

async function publish(policies: readonly AttachedPolicy[]): Promise<void> {
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  await node.publish(shopSnapshot([url], { version: { policies } }));
}

function memoryKilobytes(): number {
  const status = readFileSync(`/proc/${node.workerPids()[0]}/status`, "utf8");
  return Number(/^VmHWM:\s+(\d+)/m.exec(status)?.[1]);
}

describe("what an upstream sends bit by bit reaches the client bit by bit, with no setting for it", () => {
  it.each<[string, AttachedPolicy[]]>([
    ["as it is", []],
    ["with response steps", [{ policy: "security-headers", config: {} }]],
    ["compressed", [{ policy: "compression", config: {} }]],
  ])("%s", async (_name, policies) => {
    await publish(policies);
    let next: () => void = () => undefined;
    handle = (_request, response) => {
      let number = 0;
      response.writeHead(200, { "Content-Type": "text/plain" });
      next = () => response.write(`data: ${(number += 1)}\n\n`);
      next();
    };
    const response = await fetch(`${node.url}/shop/v1/items`, { headers: { "X-API-Key": key } });
    const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
    let text = "";
    // Each event is written only when the one before it has arrived.
    for (let event = 1; event <= 20; event += 1) {
      while (!text.endsWith(`data: ${event}\n\n`)) {
        text += (await reader?.read())?.value ?? "";
      }
      next();
    }
    await reader?.cancel();
  });
});

describe("a large upload", () => {
  const megabytes = 200;

  it.each([
    ["with a length", { "Content-Length": megabytes * MEGABYTE }],
    ["in chunks", { "Transfer-Encoding": "chunked" }],
  ])("%s streams through: neither the worker's memory nor its disk holds it", async (_name, headers) => {
    await publish([]);
    let received = 0;
    let kept: string[] = [];
    handle = (request, response) => {
      request.on("data", (part: Buffer) => {
        if (received < 100 * MEGABYTE && received + part.length >= 100 * MEGABYTE) {
          kept = readdirSync(path.join(node.stateDirectory, "temp-body"), { recursive: true, encoding: "utf8" });
        }
        received += part.length;
      });
      request.on("end", () => response.end(String(received)));
    };
    const before = memoryKilobytes();
    expect(await upload(headers)).toBe(String(megabytes * MEGABYTE));
    expect(memoryKilobytes() - before).toBeLessThan(4 * 1024);
    expect(kept).toEqual([]);
  });

  it("is answered before it has ended where the upstream does so", async () => {
    handle = (request, response) => {
      request.once("data", () => response.write("early"));
      request.on("end", () => response.end(" and late"));
    };
    const request = startUpload({ "Transfer-Encoding": "chunked" });
    request.write("first part");
    const response = await new Promise<IncomingMessage>((resolve) => request.once("response", resolve));
    response.setEncoding("utf8");
    expect(await new Promise((resolve) => response.once("data", resolve))).toBe("early");
    request.end("second part");
    expect(await new Promise((resolve) => response.once("data", resolve))).toBe(" and late");
  });

  function startUpload(headers: Record<string, string | number>) {
    const url = `${node.url}/shop/v1/items`;
    return send(url, { method: "POST", headers: { "X-API-Key": key, ...headers } });
  }

  async function upload(headers: Record<string, string | number>): Promise<string> {
    const request = startUpload(headers);
    const answer = new Promise<string>((resolve, reject) => {
      request.once("error", reject);
      request.once("response", (response) => {
        let text = "";
        response.setEncoding("utf8").on("data", (part: string) => (text += part));
        response.on("end", () => resolve(text));
      });
    });
    const part = Buffer.alloc(MEGABYTE);
    for (let sent = 0; sent < megabytes; sent += 1) {
      if (!request.write(part)) {
        await new Promise((resolve) => request.once("drain", resolve));
      }
    }
    request.end();
    return answer;
  }
});

import { connect } from "node:http2";
import { createServer, type AddressInfo, type Server } from "node:net";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { codeOf, one, PolicyBench } from "../testing/policy-bench";
import { findFreePort } from "../testing/free-port";
import { sendRaw } from "../testing/send-raw";
import { shopSnapshot } from "../testing/snapshots";

/** What the cases cannot show: policies on a real node, in front of a real upstream. */
let bench: PolicyBench;
let h2cPort: number;

beforeAll(async () => {
  h2cPort = await findFreePort();
  bench = await PolicyBench.start({ h2cPort });
});

beforeEach(() => {
  bench.upstream.seen.length = 0;
});

afterAll(() => bench.stop());

describe("header-transform", () => {
  const steps = {
    request: [
      { do: "set", name: "X-Caller", value: "{application}/{subscription}" },
      { do: "remove", name: "X-Secret" },
      { do: "rename", name: "X-Old", to: "X-New" },
      { do: "append", name: "X-Hop", value: "gatehouse" },
      { do: "add-if-absent", name: "X-Item", value: "{path.id}" },
    ],
    response: [
      { do: "remove", name: "X-Powered-By" },
      { do: "rename", name: "X-Internal", to: "X-External" },
      { do: "append", name: "Vary", value: "Origin" },
      { do: "set", name: "X-Request", value: "{requestId}" },
    ],
  };

  it("changes what the upstream and the client get, fields that came several times included", async () => {
    const snapshot = shopSnapshot([bench.upstream.url]);
    await bench.node.publish({
      ...snapshot,
      apiVersions: snapshot.apiVersions.map((version) => ({
        ...version,
        operations: version.operations.map((operation) =>
          operation.key === "getItem" ? { ...operation, policies: one("header-transform", steps) } : operation,
        ),
      })),
    });
    const answer = await sendRaw(
      bench.node.settings.port,
      `GET /shop/v1/items/7 HTTP/1.1\r\nHost: a\r\nX-API-Key: ${bench.key}\r\nX-Secret: 1\r\nx-secret: 2\r\nX-Old: 1\r\nX-Old: 2\r\nX-New: 0\r\nX-Hop: client\r\n\r\n`,
    );
    const seen = bench.upstream.seen[0]?.rawHeaders ?? [];
    const valuesOf = (name: string) => seen.filter((_text, index) => seen[index - 1]?.toLowerCase() === name);
    expect(valuesOf("x-caller")).toEqual(["1/1"]);
    expect(valuesOf("x-secret")).toEqual([]);
    expect(valuesOf("x-old")).toEqual([]);
    expect(valuesOf("x-new")).toEqual(["1", "2"]);
    expect(valuesOf("x-hop")).toEqual(["client", "gatehouse"]);
    expect(valuesOf("x-item")).toEqual(["7"]);
    const head = answer.split("\r\n\r\n")[0]?.toLowerCase() ?? "";
    const id = /^x-request-id: (.*)$/m.exec(head)?.[1]?.trim();
    expect(head).not.toContain("x-powered-by");
    expect(head).toContain("x-external: a, b");
    expect(head).toContain("vary: accept, origin");
    expect(head).toContain(`x-request: ${id}`);
  });

  it("reaches the response of a refusal too", async () => {
    await bench.attach(one("header-transform", { response: [{ do: "set", name: "X-Team", value: "shop" }] }));
    const refused = await bench.call("/shop/v1/items", { headers: { "X-API-Key": "none" } });
    expect(refused.status).toBe(401);
    expect(refused.headers.get("x-team")).toBe("shop");
  });
});

describe("security-headers", () => {
  it("are on answers and on refusals of the whole environment", async () => {
    await bench.attach(one("security-headers", {}), "environment");
    for (const response of [await bench.call(), await bench.call("/nothing")]) {
      expect(response.headers.get("x-content-type-options")).toBe("nosniff");
      expect(response.headers.get("x-frame-options")).toBe("DENY");
      expect(response.headers.get("x-powered-by")).toBeNull();
    }
  });
});

describe("request-size", () => {
  it("refuses by Content-Length before the body is sent, and lets the rest stream", async () => {
    await bench.attach(one("request-size", { maxBodyBytes: 100_000 }));
    const fits = await bench.call("/shop/v1/items", { method: "POST", body: "x".repeat(100_000) });
    expect(((await fits.json()) as { bytes: number }).bytes).toBe(100_000);
    const tooLarge = await bench.call("/shop/v1/items", { method: "POST", body: "x".repeat(100_001) });
    expect(tooLarge.status).toBe(413);
    expect(await codeOf(tooLarge)).toBe("body_too_large");
    expect(bench.upstream.seen).toHaveLength(1);
  });

  it.each([10, 100_000])("judges a body of chunks whole, and forwards one of %i bytes intact", async (bytes) => {
    await bench.attach(one("request-size", { maxBodyBytes: bytes }));
    const send = (body: string) =>
      sendRaw(
        bench.node.settings.port,
        `POST /shop/v1/items HTTP/1.1\r\nHost: a\r\nX-API-Key: ${bench.key}\r\nTransfer-Encoding: chunked\r\n\r\n${body.length.toString(16)}\r\n${body}\r\n0\r\n\r\n`,
      );
    expect(await send("y".repeat(bytes))).toContain(" 200 ");
    expect(bench.upstream.seen.map(({ body }) => body)).toEqual(["y".repeat(bytes)]);
    expect(await send("y".repeat(bytes + 1))).toContain('"code":"body_too_large"');
    expect(bench.upstream.seen).toHaveLength(1);
  });

  it.each([10, 100_000])("judges one of %i bytes that comes over HTTP/2 without a length, too", async (bytes) => {
    await bench.attach(one("request-size", { maxBodyBytes: bytes }));
    const send = async (body: string) => {
      const session = connect(`http://127.0.0.1:${h2cPort}`);
      const stream = session.request({ ":method": "POST", ":path": "/shop/v1/items", "x-api-key": bench.key });
      const status = new Promise((resolve, reject) => {
        stream.on("response", (fields) => resolve(fields[":status"]));
        stream.on("error", reject);
      });
      stream.resume().end(body);
      return status.finally(() => session.close());
    };
    expect(await send("y".repeat(bytes))).toBe(200);
    expect(bench.upstream.seen.map(({ body }) => body)).toEqual(["y".repeat(bytes)]);
    expect(await send("y".repeat(bytes + 1))).toBe(413);
    expect(bench.upstream.seen).toHaveLength(1);
  });

  it("asks for a length where chunks are not taken", async () => {
    await bench.attach(one("request-size", { maxBodyBytes: 10, chunked: "refuse" }));
    const answer = await sendRaw(
      bench.node.settings.port,
      `POST /shop/v1/items HTTP/1.1\r\nHost: a\r\nX-API-Key: ${bench.key}\r\nTransfer-Encoding: chunked\r\n\r\n1\r\ny\r\n0\r\n\r\n`,
    );
    expect(answer).toContain(" 411 ");
    expect(answer).toContain('"code":"length_required"');
  });
});

describe("redirect", () => {
  it.each([301, 307])("answers %i itself, and keeps the connection", async (status) => {
    await bench.attach(one("redirect", { location: "https://new.example{path}{query}", status }));
    for (let round = 0; round < 3; round += 1) {
      const response = await bench.call("/shop/v1/items/7?full=1");
      expect(response.status).toBe(status);
      expect(response.headers.get("location")).toBe("https://new.example/shop/v1/items/7?full=1");
      expect(await response.text()).toBe("");
    }
    expect(bench.upstream.seen).toEqual([]);
  });
});

describe("maintenance", () => {
  it("turns everybody away before keys are asked for, and counts it as refused", async () => {
    await bench.attach(one("maintenance", { retryAfterSeconds: 60, message: "Back at noon." }), "environment");
    const before = bench.node.outcomes().forbidden ?? 0;
    const response = await fetch(`${bench.node.url}/shop/v1/items`);
    expect(response.status).toBe(503);
    expect(response.headers.get("retry-after")).toBe("60");
    expect(await response.json()).toMatchObject({ code: "maintenance", detail: "Back at noon." });
    await expect.poll(() => bench.node.outcomes().forbidden).toBe(before + 1);
  });

  it("lets the listed addresses through", async () => {
    await bench.attach(one("maintenance", { allow: ["127.0.0.0/8"] }));
    expect((await bench.call()).status).toBe(200);
  });
});

describe("deprecation", () => {
  it("is in the head of every response", async () => {
    await bench.attach(
      one("deprecation", {
        deprecatedAt: "2026-01-01T00:00:00Z",
        sunsetAt: "2027-01-01T00:00:00Z",
        policyUrl: "https://shop.example/moving",
      }),
      "plan",
    );
    const { headers } = await bench.call();
    expect(headers.get("deprecation")).toBe("@1767225600");
    expect(headers.get("sunset")).toBe("Fri, 01 Jan 2027 00:00:00 GMT");
    expect(headers.get("link")).toContain('rel="deprecation"');
  });
});

describe("timeout", () => {
  let deaf: Server;

  beforeAll(async () => {
    deaf = createServer();
    await new Promise<void>((resolve) => deaf.listen(0, "127.0.0.1", resolve));
  });

  afterAll(() => deaf.close());

  it("gives up an upstream that does not answer in time", async () => {
    const { port } = deaf.address() as AddressInfo;
    await bench.node.publish(
      shopSnapshot([`http://127.0.0.1:${port}`], { version: { policies: one("timeout", { readTimeoutMs: 100 }) } }),
    );
    const started = Date.now();
    const response = await bench.call();
    expect(response.status).toBe(504);
    expect(await codeOf(response)).toBe("upstream_timeout");
    expect(Date.now() - started).toBeLessThan(5_000);
  });
});

describe("ip-filter", () => {
  it("keeps an address out at every scope, before and after routing", async () => {
    for (const scope of ["environment", "version", "plan"] as const) {
      await bench.attach(one("ip-filter", { deny: ["127.0.0.1"] }), scope);
      const response = await bench.call();
      expect(response.status).toBe(403);
      expect(await codeOf(response)).toBe("address_denied");
    }
    expect(bench.upstream.seen).toEqual([]);
  });

  it("believes X-Forwarded-For of trusted proxies only", async () => {
    await bench.attach(one("ip-filter", { allow: ["192.0.2.0/24"], trustedProxies: ["127.0.0.1"] }));
    expect((await bench.call(undefined, { headers: { "X-Forwarded-For": "192.0.2.9" } })).status).toBe(200);
    expect((await bench.call(undefined, { headers: { "X-Forwarded-For": "192.0.2.9, 198.51.100.1" } })).status).toBe(
      403,
    );
    await bench.attach(one("ip-filter", { allow: ["192.0.2.0/24"] }));
    expect((await bench.call(undefined, { headers: { "X-Forwarded-For": "192.0.2.9" } })).status).toBe(403);
  });
});

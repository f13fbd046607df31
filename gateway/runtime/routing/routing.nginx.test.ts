import { connect } from "node:net";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { RoutingSettings, Versioning } from "../../compiler/routing-settings";
import type { ApiVersionSnapshot } from "../../compiler/snapshot";
import { FakeUpstream } from "../../testing/fake-upstream";
import { makeKey } from "../../testing/make-key";
import { sendRaw } from "../../testing/send-raw";
import { credentialFor } from "../../testing/snapshots";
import { TestNode } from "../../testing/test-node";

const key = makeKey("routing");
const ORIGIN = "https://app.example.test";

let upstream: FakeUpstream;
let node: TestNode;

interface VersionSettings {
  readonly versioning?: Versioning;
  readonly routing?: RoutingSettings;
  readonly policies?: ApiVersionSnapshot["policies"];
}

/** Its upstream's path is its name, so that what arrives tells which version was meant. */
function version(
  id: number,
  api: string,
  name: string,
  basePath: string,
  settings: VersionSettings,
): ApiVersionSnapshot {
  return {
    id,
    api,
    team: "only",
    version: name,
    basePath,
    ...settings,
    operations: [
      { id: id * 10, key: "list", method: "GET", path: "/items" },
      { id: id * 10 + 1, key: "create", method: "POST", path: "/items" },
      { id: id * 10 + 2, key: "root", method: "GET", path: "/" },
    ],
    upstream: { id, targets: [{ url: `${upstream.url}/${api}-${name}`, weight: 1 }] },
  };
}

const byHeader: Versioning = { by: "header", name: "X-API-Version", forward: "pass" };
const byStrippedHeader: Versioning = { by: "header", name: "X-API-Version", forward: "strip" };
const byQuery: Versioning = { by: "query", name: "v", forward: "strip" };
const byMediaType: Versioning = { by: "media-type", parameter: "version" };
const cors = (origin: string) => [{ policy: "cors", config: { origins: [origin] } }];
const mobile = [{ from: "header" as const, name: "X-Device", value: "mobile" }];

function versions(): ApiVersionSnapshot[] {
  return [
    version(1, "any", "v1", "/shop", {}),
    version(2, "named", "v1", "/shop", { routing: { hosts: ["api.example.test"] } }),
    version(3, "wild", "v1", "/shop", { routing: { hosts: ["*.example.test"] } }),
    version(4, "orders", "v1", "/orders", {
      versioning: byHeader,
      routing: { isDefault: true, versionValues: ["1", "v1"] },
    }),
    version(5, "orders", "v2", "/orders", { versioning: byHeader, policies: cors(ORIGIN) }),
    version(6, "mobile", "v2", "/orders", { versioning: byHeader, routing: { when: mobile } }),
    version(7, "strict", "v1", "/strict", { versioning: byStrippedHeader }),
    version(8, "strict", "v2", "/strict", { versioning: byStrippedHeader }),
    version(9, "asked", "v1", "/asked", { versioning: byQuery, routing: { isDefault: true } }),
    version(10, "asked", "v2", "/asked", { versioning: byQuery }),
    version(11, "media", "1", "/media", { versioning: byMediaType }),
    version(12, "media", "2", "/media", { versioning: byMediaType }),
    version(13, "device", "plain", "/device", { policies: cors(ORIGIN) }),
    version(14, "device", "mobile", "/device", {
      routing: { when: mobile, basePath: "keep" },
      policies: cors("https://m.test"),
    }),
    version(15, "deep", "v1", "/orders/deep", {}),
  ];
}

beforeAll(async () => {
  upstream = await FakeUpstream.start();
  node = await TestNode.start({ workers: 1 });
  const all = versions();
  await node.publish({
    environment: "production",
    portalUrl: "http://portal.test",
    apiVersions: all,
    plans: [{ id: 1, product: "all", plan: "only", limits: [], apiVersionIds: all.map(({ id }) => id) }],
  });
  await node.putCredentials([credentialFor(key)]);
});

afterAll(async () => {
  await node.stop();
  await upstream.stop();
});

beforeEach(() => {
  upstream.seen.length = 0;
});

interface Answer {
  readonly status: number;
  /** Of a problem. */
  readonly code: string | undefined;
  readonly detail: string | undefined;
  readonly head: string;
  /** What the upstream saw. */
  readonly url: string | undefined;
}

/** One connection, until the server closes it. */
function sendAll(port: number, bytes: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, "127.0.0.1", () => socket.write(bytes));
    let answers = "";
    socket.on("data", (part) => (answers += part.toString("latin1")));
    socket.on("close", () => resolve(answers));
    socket.on("error", reject);
  });
}

/** @param lines header lines besides the key and the end of the connection */
async function send(start: string, lines: readonly string[] = ["Host: gateway.test"]): Promise<Answer> {
  const bytes = [start, ...lines, `X-API-Key: ${key}`, "Connection: close", "", ""].join("\r\n");
  const answer = await sendRaw(node.settings.port, bytes);
  const [head = "", body = ""] = answer.split("\r\n\r\n", 2);
  const problem = head.includes("application/problem+json")
    ? (JSON.parse(body.slice(body.indexOf("{"), body.lastIndexOf("}") + 1)) as { code: string; detail: string })
    : undefined;
  return {
    status: Number(head.split(" ")[1]),
    code: problem?.code,
    detail: problem?.detail,
    head,
    url: upstream.seen[0]?.url,
  };
}

const get = (target: string, ...lines: string[]) => send(`GET ${target} HTTP/1.1`, ["Host: gateway.test", ...lines]);

describe("hosts", () => {
  it.each([
    ["its own name", "api.example.test", "/named-v1/items"],
    ["any case", "API.Example.TEST", "/named-v1/items"],
    ["a port", "api.example.test:8443", "/named-v1/items"],
    ["a trailing dot", "api.example.test.", "/named-v1/items"],
    ["a name below a wildcard", "eu.example.test", "/wild-v1/items"],
    ["a name two labels below it", "a.b.example.test", "/wild-v1/items"],
    ["the domain of a wildcard itself", "example.test", "/any-v1/items"],
    ["a name that only ends like it", "api.example.test.other.test", "/any-v1/items"],
    ["an address", "127.0.0.1", "/any-v1/items"],
  ])("lead, by %s, to the API version that names them most exactly", async (_name, host, url) => {
    expect(await send("GET /shop/items HTTP/1.1", [`Host: ${host}`])).toMatchObject({ status: 200, url });
  });

  it("that nobody names reach what is served at every host, and hosts that are named do so where theirs has not got the path", async () => {
    expect((await send("GET /device/items HTTP/1.1", ["Host: api.example.test"])).url).toBe("/device-plain/items");
    expect(await send("GET /nothing HTTP/1.1", ["Host: api.example.test"])).toMatchObject({ code: "route_not_found" });
  });

  it("may stand in an absolute-form target (RFC 9112 §3.2.2), and not beside another in the Host field", async () => {
    const target = "http://api.example.test/shop/items?x=1";
    expect((await send(`GET ${target} HTTP/1.1`, ["Host: api.example.test"])).url).toBe("/named-v1/items?x=1");
    expect((await send(`GET ${target} HTTP/1.1`, ["Host: eu.example.test"])).status).toBe(400);
  });

  it("are refused by nginx when there are two, or none", async () => {
    expect((await send("GET /shop/items HTTP/1.1", ["Host: api.example.test", "Host: eu.example.test"])).status).toBe(
      400,
    );
    expect((await send("GET /shop/items HTTP/1.1", [])).status).toBe(400);
  });

  it("lead from memory where they lead at first, after more names than a worker remembers", async () => {
    const requests = Array.from({ length: 1100 }, (_unused, index) => {
      const end = index === 1099 ? "Connection: close\r\n" : "";
      return `GET /nothing HTTP/1.1\r\nHost: h${index}.example.test\r\n${end}\r\n`;
    });
    const answers = await sendAll(node.settings.port, requests.join(""));
    expect(answers.split("HTTP/1.1 404 ").length - 1).toBe(1100);
    expect((await send("GET /shop/items HTTP/1.1", ["Host: h7.example.test"])).url).toBe("/wild-v1/items");
  });
});

describe("versions by a header field", () => {
  it.each([
    ["that is named", "/orders/items", ["X-API-Version: v2"], "/orders-v2/items"],
    ["by another of its values", "/orders/items", ["x-api-version: 1"], "/orders-v1/items"],
    ["that answers where none is named", "/orders/items", [], "/orders-v1/items"],
    ["at the base path itself", "/orders", ["X-API-Version: v2"], "/orders-v2/"],
    ["with a further condition", "/orders/items", ["X-API-Version: v2", "X-Device: mobile"], "/mobile-v2/items"],
    ["whose further condition fails", "/orders/items", ["X-API-Version: v2", "X-Device: tv"], "/orders-v2/items"],
  ])("lead to the one %s", async (_name, target, lines, url) => {
    expect(await get(target, ...lines)).toMatchObject({ status: 200, url });
  });

  it("give way to a longer base path, and to no other below them", async () => {
    expect((await get("/orders/deep/items")).url).toBe("/deep-v1/items");
    expect(await get("/orders/deep/nothing")).toMatchObject({ code: "route_not_found" });
  });

  it("are named to whoever names another, with 400", async () => {
    const answer = await get("/orders/items", "X-API-Version: v9");
    expect(answer).toMatchObject({ status: 400, code: "api_version_unknown", url: undefined });
    expect(answer.detail).toBe("The header field x-api-version must name one of these versions, once: 1, v1, v2.");
  });

  it("are named to whoever names none, where none is the default", async () => {
    const answer = await get("/strict/items");
    expect(answer).toMatchObject({ status: 400, code: "api_version_missing", url: undefined });
    expect(answer.detail).toContain("header field x-api-version: v1, v2.");
  });

  it("mean to the upstream what they meant here: of several fields it gets the first alone", async () => {
    await get("/orders/items", "X-API-Version: v2", "X-API-Version: v1");
    expect(upstream.seen[0]?.url).toBe("/orders-v2/items");
    expect(upstream.seen[0]?.headers["x-api-version"]).toBe("v2");
  });

  it("end at the gateway where the API says so", async () => {
    await get("/strict/items", "X-API-Version: v2", "X-API-Version: v1");
    expect(upstream.seen[0]?.url).toBe("/strict-v2/items");
    expect(upstream.seen[0]?.headers["x-api-version"]).toBeUndefined();
  });

  it("keep to the chosen document: a method that it lacks is 405 with its own", async () => {
    const answer = await send("DELETE /orders/items HTTP/1.1", ["Host: gateway.test", "X-API-Version: v2"]);
    expect(answer.status).toBe(405);
    expect(answer.head).toContain("Allow: GET, HEAD, POST");
  });
});

describe("versions by a query parameter and by a media type", () => {
  it("lead to the one that is named, and strip the parameter alone", async () => {
    expect((await get("/asked/items?a=1&v=v2&b=%2F")).url).toBe("/asked-v2/items?a=1&b=%2F");
  });

  it("read a name and a value as every server would, however they are escaped", async () => {
    expect((await get("/asked/items?%76=v%32")).url).toBe("/asked-v2/items");
  });

  it("refuse a parameter that is there twice, because servers differ in which one they take", async () => {
    expect(await get("/asked/items?v=v2&v=v1")).toMatchObject({ status: 400, code: "api_version_unknown" });
    expect(await get("/asked/items?v=v1&%76=v2")).toMatchObject({ status: 400, code: "api_version_unknown" });
  });

  it("lead by the first media type that names a version, and leave the Accept field to the upstream", async () => {
    await get("/media/items", 'Accept: text/html, application/json;q=0.5; Version="2"');
    expect(upstream.seen[0]?.url).toBe("/media-2/items");
    expect(upstream.seen[0]?.headers.accept).toBe('text/html, application/json;q=0.5; Version="2"');
  });

  it("name the versions to whoever accepts none of them", async () => {
    expect(await get("/media/items", "Accept: */*")).toMatchObject({ code: "api_version_missing" });
    expect(await get("/media/items", "Accept: a/b;version=3")).toMatchObject({ code: "api_version_unknown" });
  });
});

describe("conditions", () => {
  it("send the calls of one device elsewhere, with the base path kept where the version says so", async () => {
    expect((await get("/device/items")).url).toBe("/device-plain/items");
    upstream.seen.length = 0;
    expect((await get("/device/items", "X-Device: mobile")).url).toBe("/device-mobile/device/items");
  });
});

describe("a preflight, which has the names of the fields to come and not their values,", () => {
  const preflight = (target: string, origin: string, fields: string) =>
    send(`OPTIONS ${target} HTTP/1.1`, [
      "Host: gateway.test",
      `Origin: ${origin}`,
      "Access-Control-Request-Method: POST",
      ...(fields === "" ? [] : [`Access-Control-Request-Headers: ${fields}`]),
    ]);

  it("is answered for a version that the request can mean with the fields it names", async () => {
    const answer = await preflight("/orders/items", ORIGIN, "content-type, X-API-Version");
    expect(answer.status).toBe(204);
    expect(answer.head).toContain(`Access-Control-Allow-Origin: ${ORIGIN}`);
  });

  it("is not answered for a version that needs a field it does not name", async () => {
    expect((await preflight("/orders/items", ORIGIN, "content-type")).status).toBe(405);
    expect((await preflight("/device/items", "https://m.test", "")).status).toBe(405);
    expect((await preflight("/device/items", ORIGIN, "")).status).toBe(204);
  });

  it("is answered by the first version that lets the page in, and each version lets only its own pages read", async () => {
    expect((await preflight("/device/items", "https://m.test", "x-device")).status).toBe(204);
    expect((await preflight("/device/items", ORIGIN, "x-device")).status).toBe(204);
    expect((await preflight("/device/items", "https://evil.test", "x-device")).status).toBe(405);
    const refused = await get("/device/items", "X-Device: mobile", `Origin: ${ORIGIN}`);
    expect(refused.head).not.toContain("Access-Control-Allow-Origin");
  });
});

import { createPrivateKey, sign } from "node:crypto";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { stringify } from "yaml";
import { makeKey } from "../../testing/make-key";
import { BUNDLE_FILES, openBundle } from "./bundle-source";
import { checkBundle } from "./check-bundle";
import { compileFile, type CompiledFile } from "./compile-file";

const key = makeKey("bundle files");
let directory: string;

const inside = (name: string) => path.join(directory, name);
const bundle = () => inside("bundle");
const manifestFile = () => inside("bundle/manifest.json");
const chunkFiles = () => readdirSync(inside("bundle/chunks")).map((name) => inside(`bundle/chunks/${name}`));

beforeEach(() => {
  directory = mkdtempSync(path.join(tmpdir(), "gatehouse-bundle-"));
});

afterEach(() => rmSync(directory, { recursive: true }));

function gatewayFile({ quota = 10, keys = [key] }: { quota?: number; keys?: readonly string[] } = {}): unknown {
  return {
    apis: [{ name: "shop", basePath: "/shop/v1", upstream: "http://127.0.0.1:1", operations: ["GET /items"] }],
    plans: [{ name: "basic", limits: [{ name: "few", quota, windowSeconds: 60 }] }],
    applications: [{ name: "till", plans: ["basic"], keys }],
  };
}

function compile(content: unknown, keyFile = "key.pem"): Promise<CompiledFile> {
  writeFileSync(inside("gateway.yaml"), stringify(content));
  return compileFile({ file: inside("gateway.yaml"), directory: bundle(), keyFile: inside(keyFile), now: new Date(0) });
}

async function problemsOf(content: unknown): Promise<readonly string[]> {
  const result = await compile(content);
  return result.ok ? [] : result.problems;
}

describe("checking a bundle", () => {
  beforeEach(async () => {
    expect(await compile(gatewayFile())).toMatchObject({ ok: true });
  });

  it("that is good tells what is in it", async () => {
    const { problems, summary } = await checkBundle(bundle());
    expect(problems).toEqual([]);
    expect(summary).toEqual([
      "release      1, made 1970-01-01T00:00:00.000Z",
      "environment  production",
      "API          shop v1 at /shop/v1: 1 operation",
      "plans        production/basic",
      "policies     key-auth, rate-limit, subscription",
      "credentials  1",
    ]);
  });

  it.each<[string, () => void, readonly RegExp[]]>([
    ["that is not there", () => rmSync(bundle(), { recursive: true }), [/^there is no bundle at /]],
    ["without a manifest", () => rmSync(manifestFile()), [/^manifest\.json is missing$/]],
    ["with a manifest that is no JSON", () => writeFileSync(manifestFile(), "{"), [/^manifest\.json is not JSON$/]],
    [
      "that is not signed",
      () => writeFileSync(manifestFile(), JSON.stringify({ manifest: "{}", signature: "" })),
      [/^manifest: the signature does not match/],
    ],
    [
      "with credentials that somebody else wrote",
      () => writeFileSync(inside("bundle/credentials.json"), JSON.stringify({ credentials: "{}", signature: "AAAA" })),
      [/^credentials: the signature does not match/],
    ],
    [
      "of an unknown format",
      () => resign((manifest) => manifest.replace('"format":1', '"format":2')),
      [/^manifest: not a manifest of format 1: format: /],
    ],
    [
      "without APIs that does not say that this is meant",
      () => resign((manifest) => JSON.stringify({ ...(JSON.parse(manifest) as object), chunks: [] })),
      [/^manifest: it has no API versions/],
    ],
    [
      "with a key that is none",
      () => writeFileSync(inside("bundle/public-key.pem"), "x"),
      [/^the public key is not PEM$/],
    ],
    [
      "with one chunk missing and another damaged",
      () => {
        const [first = "", second = ""] = chunkFiles();
        rmSync(first);
        writeFileSync(second, `${readFileSync(second, "utf8")} `);
      },
      [/(is missing|size or hash differ)/, /(is missing|size or hash differ)/],
    ],
  ])("%s names why it may not be run", async (_name, spoil, words) => {
    spoil();
    const { problems } = await checkBundle(bundle());
    expect(problems).toHaveLength(words.length);
    words.forEach((word, index) => expect(problems[index]).toMatch(word));
  });

  it("that is older than what runs is a problem, and a rollback is none", async () => {
    expect((await checkBundle(bundle(), { runs: 7 })).problems).toEqual([
      "release 1 is older than release 7, and its manifest is not a rollback",
    ]);
    resign((manifest) => manifest.replace('"rollback":false', '"rollback":true'));
    expect((await checkBundle(bundle(), { runs: 7 })).problems).toEqual([]);
  });

  it("against a key of one's own refuses what another has signed", async () => {
    const publicKey = readFileSync(inside("bundle/public-key.pem"), "utf8");
    rmSync(bundle(), { recursive: true });
    await compile(gatewayFile(), "another.pem");
    expect((await checkBundle(bundle(), { publicKey })).problems).toEqual([
      "manifest: the signature does not match the pinned key",
      "credentials: the signature does not match the pinned key",
    ]);
  });

  it("that is one file reads the same as its directory", async () => {
    const { publicKey, manifest, credentials } = await (await openBundle(bundle())).readParts();
    const chunks = Object.fromEntries(
      chunkFiles().map((file) => [path.basename(file, ".json"), readFileSync(file, "utf8")]),
    );
    writeFileSync(inside("one.json"), JSON.stringify({ format: 1, publicKey, manifest, credentials, chunks }));
    expect(await checkBundle(inside("one.json"))).toEqual(await checkBundle(bundle()));
    writeFileSync(inside("one.json"), JSON.stringify({ format: 1, publicKey, manifest, credentials, chunks: {} }));
    expect((await checkBundle(inside("one.json"))).problems).toHaveLength(chunkFiles().length);
  });
});

/** Changes the manifest and signs it with the right key. */
function resign(change: (manifest: string) => string): void {
  const before = (JSON.parse(readFileSync(manifestFile(), "utf8")) as { manifest: string }).manifest;
  const manifest = change(before);
  expect(manifest).not.toBe(before);
  const signature = sign(null, Buffer.from(manifest), createPrivateKey(readFileSync(inside("key.pem")))).toString(
    "base64",
  );
  writeFileSync(manifestFile(), JSON.stringify({ manifest, signature }));
}

describe("compiling a gateway file", () => {
  it("numbers what has changed, and nothing else", async () => {
    const credentials = () => readFileSync(inside("bundle/credentials.json"), "utf8");
    expect(await compile(gatewayFile())).toEqual({ ok: true, release: 1, isNew: true, madeKey: true });
    expect(await compile(gatewayFile())).toEqual({ ok: true, release: 1, isNew: false, madeKey: false });
    const first = credentials();
    expect(await compile(gatewayFile({ quota: 5 }))).toMatchObject({ release: 2, isNew: true });
    expect(credentials()).toBe(first);
    expect(await compile(gatewayFile({ quota: 5, keys: [] }))).toMatchObject({ release: 2, isNew: true });
    expect(credentials()).toContain('\\"sequence\\":2');
    expect(readdirSync(bundle()).sort()).toEqual(Object.values(BUNDLE_FILES).sort());
  });

  it("writes no key that could be used, and a signing key that only its owner can read", async () => {
    await compile(gatewayFile());
    const written = [...chunkFiles(), inside("bundle/credentials.json"), manifestFile()].map((file) =>
      readFileSync(file, "utf8"),
    );
    expect(written.join()).not.toContain(key);
    expect(written.join()).not.toContain("PRIVATE");
    expect(statSync(inside("key.pem")).mode & 0o777).toBe(0o600);
  });

  it("keeps the numbers that counters hang on when something is put in front", async () => {
    const limitsIn = () =>
      chunkFiles()
        .map(
          (file) => JSON.parse(readFileSync(file, "utf8")) as { plans?: { plan: string; limits: { id: number }[] }[] },
        )
        .flatMap(({ plans = [] }) =>
          plans.filter(({ plan }) => plan === "basic").map(({ limits }) => limits.at(-1)?.id),
        );
    const content = gatewayFile() as { plans: { limits: unknown[] }[] };
    await compile(content);
    const before = limitsIn();
    content.plans[0]?.limits.unshift({ name: "another", quota: 1, windowSeconds: 1 });
    content.plans.unshift({ name: "gold", limits: [] } as never);
    await compile(content);
    expect(limitsIn()).toEqual(before);
  });

  it("says everything that is wrong with the file at once, and writes nothing", async () => {
    const problems = await problemsOf({
      apis: [{ name: "Shop", basePath: "/shop", upstream: "http://x", operations: ["get /items"] }],
      plans: [{ name: "basic", limits: [{ name: "few", quota: 0 }] }],
    });
    expect(problems.map((problem) => problem.slice(0, problem.indexOf(":")))).toEqual([
      "apis.0.name",
      "apis.0.operations.0",
      "plans.0.limits.0.quota",
    ]);
    expect(existsSync(bundle())).toBe(false);
  });

  it("says what the compiler would say in the portal", async () => {
    const policies = [{ policy: "nonsense" }];
    const problems = await problemsOf({
      apis: [{ name: "a", basePath: "/x", upstream: "ftp://x", operations: ["GET /y"], policies }],
    });
    expect(problems).toEqual([
      expect.stringMatching(/^apis\/a\/versions\/v1\/upstream\/targets\/0: /),
      expect.stringContaining("nonsense"),
    ]);
  });

  it.each<[string, object, RegExp]>([
    ["a plan that covers an unknown API", { plans: [{ name: "p", apis: ["none"] }] }, /plan p covers "none"/],
    [
      "an application with an unknown plan",
      { applications: [{ name: "till", plans: ["none"], keys: [] }] },
      /has the plan "none"/,
    ],
    [
      "a key that two applications have",
      {
        plans: [{ name: "p" }],
        applications: ["a", "b"].map((name) => ({ name, plans: ["p"], keys: [key] })),
      },
      /same key stands in applications a and b/,
    ],
    [
      "a key that is too short to be one",
      { applications: [{ name: "a", plans: ["p"], keys: ["short"] }] },
      /at least 16 characters/,
    ],
  ])("refuses %s", async (_name, part, words) => {
    expect((await problemsOf({ apis: [], ...part })).join()).toMatch(words);
  });

  it("serves the paths of an OpenAPI document, and leaves an open API without keys", async () => {
    writeFileSync(
      inside("shop.yaml"),
      stringify({ openapi: "3.1.0", paths: { "/items/{id}": { get: { operationId: "getItem" }, delete: {} } } }),
    );
    const apis = [{ name: "a", basePath: "/a", upstream: "http://127.0.0.1:1", openapi: "shop.yaml", open: true }];
    expect(await problemsOf({ apis })).toEqual([]);
    const { summary } = await checkBundle(bundle());
    expect(summary).toContain("API          a v1 at /a: 2 operations");
    expect(summary).toContain("policies     none");
  });

  it("gives policies the document, and says what in it cannot be checked", async () => {
    const document = (schema: object) => {
      const parameters = [{ in: "path", name: "id", required: true, schema: { $ref: "#/components/schemas/Id" } }];
      const paths = { "/items/{id}": { get: { parameters, responses: { 200: { content: { "text/plain": {} } } } } } };
      writeFileSync(
        inside("shop.yaml"),
        stringify({ openapi: "3.0.3", paths, components: { schemas: { Id: schema } } }),
      );
    };
    const policies = [{ policy: "request-validation" }, { policy: "mock" }];
    const api = { name: "a", basePath: "/a", upstream: "http://127.0.0.1:1", openapi: "shop.yaml", policies };
    document({ type: "integer", nullable: true });
    expect(await problemsOf({ apis: [api] })).toEqual([]);
    document({ pattern: "(?<=a+)b" });
    expect((await problemsOf({ apis: [api] })).join()).toContain("#/components/schemas/Id/pattern");
    const { openapi: _none, ...alone } = { ...api, operations: ["GET /items"] };
    expect((await problemsOf({ apis: [alone] })).join()).toContain("there is no OpenAPI 3 document");
  });

  it("does not write over a bundle of another key", async () => {
    await compile(gatewayFile());
    await expect(compile(gatewayFile(), "another.pem")).rejects.toThrow("was not made with this key");
  });
});

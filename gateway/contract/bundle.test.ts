import fc from "fast-check";
import { generateKeyPairSync } from "node:crypto";
import { describe, expect, it } from "vitest";
import { ZodError } from "zod";
import { compile, buildManifest } from "../compiler/compile";
import { ManifestRefused, signManifest, verifyManifest } from "../compiler/sign";
import { shopSnapshot } from "../testing/snapshots";
import { chunkSchema, LONGEST_TEMPLATE, signedManifestSchema, type SignedManifest } from "./bundle";

const RUNS = { numRuns: 2000, seed: 20260810 } as const;
const keys = generateKeyPairSync("ed25519", {
  publicKeyEncoding: { type: "spki", format: "pem" },
  privateKeyEncoding: { type: "pkcs8", format: "pem" },
});

const compiled = compile(shopSnapshot(["http://upstream.test:81/base"]));
const chunks = compiled.ok ? compiled.chunks : [];
const manifest = buildManifest({
  environment: "production",
  release: 7,
  createdAt: "2026-08-01T00:00:00.000Z",
  rollback: false,
  chunks,
});
const signed = signManifest(manifest, keys.privateKey);

/** Values that decoders stumble over, anywhere in a document. */
const hostileValue = fc.oneof(
  fc.constantFrom(
    null,
    "",
    0,
    -1,
    1.5,
    1e400,
    Number.MAX_SAFE_INTEGER + 2,
    true,
    [],
    {},
    "constructor",
    "\u0000",
    "\ud800",
  ),
  fc.json().map((text): unknown => JSON.parse(text)),
  fc.constant(JSON.parse('{"__proto__":{"kind":"plans"},"constructor":1}') as unknown),
);

/** A copy of a document in which one place holds something else, has gone, or has company. */
function mutate(document: unknown, path: readonly number[], value: unknown, action: string): unknown {
  if (typeof document !== "object" || document === null || path.length === 0) {
    return value;
  }
  const copy: Record<string, unknown> | unknown[] = Array.isArray(document)
    ? [...(document as unknown[])]
    : { ...(document as Record<string, unknown>) };
  const names = Object.keys(copy);
  const name = names[(path[0] ?? 0) % Math.max(1, names.length)];
  const fields = copy as Record<string, unknown>;
  if (action === "add" && path.length === 1) {
    fields.unexpected = value;
  } else if (action === "remove" && path.length === 1 && name !== undefined && !Array.isArray(copy)) {
    Reflect.deleteProperty(fields, name);
  } else if (name !== undefined) {
    fields[name] = mutate(fields[name], path.slice(1), value, action);
  }
  return copy;
}

const places = fc.array(fc.nat(20), { minLength: 1, maxLength: 6 });
const actions = fc.constantFrom("replace", "remove", "add");

describe("the decoder of chunks", () => {
  const documents = chunks.map((chunk) => JSON.parse(chunk.text) as unknown);

  it("takes what the compiler makes, as it is", () => {
    for (const document of documents) {
      expect(chunkSchema.parse(document)).toEqual(document);
    }
  });

  it("answers anything at all with a chunk or with its own refusal, and never throws", () => {
    const anything = fc.oneof(
      hostileValue,
      fc
        .tuple(fc.constantFrom(...documents), places, hostileValue, actions)
        .map(([document, path, value, action]) => mutate(document, path, value, action)),
    );
    let refused = 0;
    const property = fc.property(anything, (document) => {
      const result = chunkSchema.safeParse(document);
      if (!result.success) {
        refused += 1;
        expect(result.error).toBeInstanceOf(ZodError);
        expect(result.error.issues.length).toBeGreaterThan(0);
      }
    });
    fc.assert(property, RUNS);
    // Most of it must be refused, or the documents were not hostile.
    expect(refused).toBeGreaterThan(RUNS.numRuns / 2);
  });

  it("refuses routes that are nested deeper than any template, instead of running out of stack", () => {
    const version = documents.find((document) => (document as { kind: string }).kind === "api-version") as object;
    const nested = (levels: number) => {
      let routes: object = { methods: { GET: 0 } };
      for (let level = 0; level < levels; level += 1) {
        routes = { literals: { a: routes } };
      }
      return { ...version, routes };
    };
    expect(chunkSchema.safeParse(nested(LONGEST_TEMPLATE)).success).toBe(true);
    for (const levels of [1_000, 100_000]) {
      expect(chunkSchema.safeParse(nested(levels)).error).toBeInstanceOf(ZodError);
    }
  });

  it("refuses a field it does not know, wherever it stands", () => {
    for (const document of documents) {
      expect(chunkSchema.safeParse({ ...(document as object), unexpected: 1 }).success).toBe(false);
    }
  });
});

describe("the verification of manifests", () => {
  const refusalOf = (given: SignedManifest): string | undefined => {
    try {
      verifyManifest(given, keys.publicKey);
      return undefined;
    } catch (error) {
      expect(error).toBeInstanceOf(ManifestRefused);
      return (error as Error).message;
    }
  };

  it("takes what was signed, and refuses any other key's signature", () => {
    expect(refusalOf(signed)).toBeUndefined();
    const other = generateKeyPairSync("ed25519", {
      publicKeyEncoding: { type: "spki", format: "pem" },
      privateKeyEncoding: { type: "pkcs8", format: "pem" },
    });
    expect(refusalOf(signManifest(manifest, other.privateKey))).toMatch(/signature/);
  });

  it("refuses every change of a single character of the signed text", () => {
    const property = fc.property(
      fc.nat(manifest.length - 1),
      fc.string({ minLength: 1, maxLength: 1 }),
      (at, character) => {
        fc.pre(manifest[at] !== character);
        const changed = manifest.slice(0, at) + character + manifest.slice(at + 1);
        expect(refusalOf({ ...signed, manifest: changed })).toMatch(/signature/);
      },
    );
    fc.assert(property, { ...RUNS, numRuns: 300 });
  });

  it("answers any signature with its own refusal", () => {
    const signatures = fc.oneof(fc.string(), fc.base64String(), fc.string({ unit: "binary" }), fc.constant(""));
    const property = fc.property(signatures, (signature) => {
      expect(refusalOf({ ...signed, signature })).toMatch(/signature/);
    });
    fc.assert(property, { ...RUNS, numRuns: 300 });
  });

  it("answers any signed text with a manifest or with its own refusal", () => {
    const texts = fc.oneof(
      fc.string({ unit: "binary" }),
      fc.json(),
      fc
        .tuple(places, hostileValue, actions)
        .map(([path, value, action]) => JSON.stringify(mutate(JSON.parse(manifest), path, value, action)) ?? ""),
    );
    const property = fc.property(texts, (text) => {
      refusalOf(signManifest(text, keys.privateKey));
    });
    fc.assert(property, { ...RUNS, numRuns: 500 });
  });

  it("refuses a release without API versions that does not say that this is meant", () => {
    const settings = chunks.filter(({ kind }) => kind !== "api-version");
    const text = buildManifest({
      environment: "production",
      release: 8,
      createdAt: "2026-08-01T00:00:00.000Z",
      rollback: false,
      chunks: settings,
    });
    expect(refusalOf(signManifest(text, keys.privateKey))).toBeUndefined();
    const silent = text.replace('"empty":true', '"empty":false');
    expect(refusalOf(signManifest(silent, keys.privateKey))).toMatch(/does not say that this is meant/);
  });

  it("reads the envelope strictly before anything else", () => {
    expect(signedManifestSchema.safeParse({ ...signed, extra: 1 }).success).toBe(false);
    expect(signedManifestSchema.safeParse({ manifest: 1, signature: "" }).success).toBe(false);
  });
});

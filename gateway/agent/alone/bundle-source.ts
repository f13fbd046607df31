import { lstat, readFile, stat } from "node:fs/promises";
import path from "node:path";
import type { z } from "zod";
import { signedManifestSchema, type SignedManifest } from "../../contract/bundle";
import { bundleFileSchema, signedCredentialsSchema, type SignedCredentials } from "../../contract/bundle-file";
import { describeError } from "../log";

export const BUNDLE_FILES = {
  manifest: "manifest.json",
  credentials: "credentials.json",
  publicKey: "public-key.pem",
  chunks: "chunks",
} as const;

/** What is there, read but not yet believed. */
export interface BundleParts {
  readonly publicKey: string;
  readonly manifest: SignedManifest;
  readonly credentials: SignedCredentials;
}

/** A bundle on disk: a directory, or one file. */
export interface BundleSource {
  readonly place: string;
  /** @throws BundleUnreadable */
  readParts(): Promise<BundleParts>;
  /** @throws BundleUnreadable, also while a copy of the directory is still under way */
  readChunk(sha256: string): Promise<Buffer>;
  /** Another text whenever something may have changed. Cheap: asked several times a second. */
  fingerprint(): Promise<string>;
}

/** The bundle, or a part of it, is not there or not what it should be; the message is a sentence without a full stop. */
export class BundleUnreadable extends Error {
  override readonly name = "BundleUnreadable";
}

/** @throws BundleUnreadable when there is nothing at that place */
export async function openBundle(place: string): Promise<BundleSource> {
  const found = await stat(place).catch(() => undefined);
  if (found === undefined) {
    throw new BundleUnreadable(`there is no bundle at ${place}`);
  }
  return found.isDirectory() ? new BundleDirectory(place) : new BundleDocument(place);
}

class BundleDirectory implements BundleSource {
  constructor(readonly place: string) {}

  async readParts(): Promise<BundleParts> {
    return {
      publicKey: (await this.#read(BUNDLE_FILES.publicKey)).toString("utf8"),
      manifest: decode(await this.#read(BUNDLE_FILES.manifest), signedManifestSchema, BUNDLE_FILES.manifest),
      credentials: decode(
        await this.#read(BUNDLE_FILES.credentials),
        signedCredentialsSchema,
        BUNDLE_FILES.credentials,
      ),
    };
  }

  readChunk(sha256: string): Promise<Buffer> {
    return this.#read(path.join(BUNDLE_FILES.chunks, `${sha256}.json`));
  }

  async fingerprint(): Promise<string> {
    const prints = await Promise.all(
      Object.values(BUNDLE_FILES).map((name) => fingerprintOf(path.join(this.place, name))),
    );
    return prints.join(" ");
  }

  async #read(name: string): Promise<Buffer> {
    try {
      return await readFile(path.join(this.place, name));
    } catch (error) {
      const isMissing = (error as NodeJS.ErrnoException).code === "ENOENT";
      throw new BundleUnreadable(isMissing ? `${name} is missing` : `${name} cannot be read: ${describeError(error)}`);
    }
  }
}

class BundleDocument implements BundleSource {
  #chunks: Readonly<Record<string, string>> = {};

  constructor(readonly place: string) {}

  async readParts(): Promise<BundleParts> {
    const name = path.basename(this.place);
    const bytes = await readFile(this.place).catch((error: unknown) => {
      throw new BundleUnreadable(`${name} cannot be read: ${describeError(error)}`);
    });
    const { chunks, publicKey, manifest, credentials } = decode(bytes, bundleFileSchema, name);
    this.#chunks = chunks;
    return { publicKey, manifest, credentials };
  }

  async readChunk(sha256: string): Promise<Buffer> {
    if (!Object.hasOwn(this.#chunks, sha256)) {
      await this.readParts();
    }
    const text = Object.hasOwn(this.#chunks, sha256) ? this.#chunks[sha256] : undefined;
    if (text === undefined) {
      throw new BundleUnreadable(`chunk ${sha256.slice(0, 12)} is missing`);
    }
    return Buffer.from(text, "utf8");
  }

  fingerprint(): Promise<string> {
    return fingerprintOf(this.place);
  }
}

async function fingerprintOf(file: string): Promise<string> {
  try {
    // A link that is turned to another release (as Kubernetes does with mounted files) is a change too.
    const [entry, { ino, size, mtimeNs }] = await Promise.all([
      lstat(file, { bigint: true }),
      stat(file, { bigint: true }),
    ]);
    return [entry.ino, ino, size, mtimeNs].join(":");
  } catch {
    return "-";
  }
}

function decode<Schema extends z.ZodType>(bytes: Buffer, schema: Schema, name: string): z.infer<Schema> {
  let parsed: unknown;
  try {
    parsed = JSON.parse(bytes.toString("utf8"));
  } catch {
    throw new BundleUnreadable(`${name} is not JSON`);
  }
  const decoded = schema.safeParse(parsed);
  if (!decoded.success) {
    const issue = decoded.error.issues[0];
    throw new BundleUnreadable(
      `${name} breaks its schema at ${issue?.path.join(".") || "its root"}: ${issue?.message}`,
    );
  }
  return decoded.data;
}

import { generateKeyPairSync, createPrivateKey, createPublicKey } from "node:crypto";
import { mkdir, readdir, readFile, unlink, writeFile } from "node:fs/promises";
import path from "node:path";
import { parse as parseYaml } from "yaml";
import { buildManifest, compile, type CompiledChunk } from "../../compiler/compile";
import { signCredentials, signManifest, verifyCredentials, verifyManifest } from "../../compiler/sign";
import { BUNDLE_FILE_FORMAT, type CredentialList } from "../../contract/bundle-file";
import type { Manifest } from "../../contract/bundle";
import { describeError } from "../log";
import { StartError } from "../start-error";
import { writeFileAtomically } from "../state/write-file-atomically";
import { BUNDLE_FILES, openBundle } from "./bundle-source";
import { GatewayFileWrong, gatewayFileSchema, toCredentials, toSnapshot, type GatewayFile } from "./gateway-file";

export interface CompileFileOptions {
  readonly file: string;
  /** Where the bundle goes; what it holds decides the next numbers. */
  readonly directory: string;
  /** PKCS #8 PEM; made when it is not there. */
  readonly keyFile: string;
  readonly now: Date;
}

export type CompiledFile =
  | { readonly ok: true; readonly release: number; readonly isNew: boolean; readonly madeKey: boolean }
  | { readonly ok: false; readonly problems: readonly string[] };

interface Before {
  readonly manifest: Manifest;
  readonly credentials: CredentialList;
}

/**
 * Compiles a gateway file into a bundle directory and signs it. What has not changed keeps its number; a gateway that runs from the directory
 * takes up the rest at once.
 * @throws StartError
 */
export async function compileFile({ file, directory, keyFile, now }: CompileFileOptions): Promise<CompiledFile> {
  const read = await readGatewayFile(file);
  if (!read.ok) {
    return read;
  }
  let chunks: readonly CompiledChunk[];
  let credentials: ReturnType<typeof toCredentials>;
  try {
    const documents = await readDocuments(read.content, path.dirname(file));
    const compiled = compile(toSnapshot(read.content, (name) => documents.get(name)));
    if (!compiled.ok) {
      return { ok: false, problems: compiled.problems.map(({ place, message }) => `${place}: ${message}`) };
    }
    chunks = compiled.chunks;
    credentials = toCredentials(read.content);
  } catch (error) {
    if (error instanceof GatewayFileWrong) {
      return { ok: false, problems: [error.message] };
    }
    throw error;
  }
  const { privateKey, isNew: madeKey } = await readOrMakeKey(keyFile);
  const publicKey = createPublicKey(privateKey).export({ type: "spki", format: "pem" }) as string;
  const before = await readBefore(directory, publicKey);
  const { environment } = read.content;
  const list = numberCredentials(credentials, environment, before?.credentials);
  const release = nextRelease(chunks, before?.manifest);
  const manifest = buildManifest({ environment, release, createdAt: now.toISOString(), rollback: false, chunks });
  await mkdir(path.join(directory, BUNDLE_FILES.chunks), { recursive: true });
  const isNew = release !== before?.manifest.release;
  // A gateway that looks at this moment must find whatever the manifest names: it comes last.
  if (isNew) {
    await writeChunks(directory, chunks);
  }
  await writeFileAtomically(path.join(directory, BUNDLE_FILES.publicKey), publicKey);
  if (list.sequence !== before?.credentials.sequence) {
    await writeJson(directory, BUNDLE_FILES.credentials, signCredentials(list, privateKey));
  }
  if (isNew) {
    await writeJson(directory, BUNDLE_FILES.manifest, signManifest(manifest, privateKey));
    await removeOtherChunks(directory, chunks);
  }
  return { ok: true, release, isNew: isNew || list.sequence !== before?.credentials.sequence, madeKey };
}

/** @throws StartError when it cannot be read at all */
async function readGatewayFile(
  file: string,
): Promise<{ ok: true; content: GatewayFile } | { ok: false; problems: string[] }> {
  const parsed = await readYaml(file);
  const decoded = gatewayFileSchema.safeParse(parsed);
  return decoded.success
    ? { ok: true, content: decoded.data }
    : {
        ok: false,
        problems: decoded.error.issues.map(({ path: place, message }) => `${place.join(".") || "file"}: ${message}`),
      };
}

async function readDocuments(content: GatewayFile, beside: string): Promise<Map<string, unknown>> {
  const documents = new Map<string, unknown>();
  for (const { openapi } of content.apis) {
    if (openapi !== undefined) {
      documents.set(openapi, await readYaml(path.resolve(beside, openapi)));
    }
  }
  return documents;
}

/** JSON is YAML. @throws StartError */
async function readYaml(file: string): Promise<unknown> {
  const text = await readFile(file, "utf8").catch((error: unknown) => {
    const isMissing = (error as NodeJS.ErrnoException).code === "ENOENT";
    throw new StartError(isMissing ? `There is no file ${file}.` : `${file} cannot be read: ${describeError(error)}.`);
  });
  try {
    return parseYaml(text, { maxAliasCount: 100 });
  } catch (error) {
    throw new StartError(`${file} is neither YAML nor JSON: ${describeError(error).split("\n")[0]}.`);
  }
}

async function readOrMakeKey(file: string): Promise<{ privateKey: string; isNew: boolean }> {
  const text = await readFile(file, "utf8").catch(() => undefined);
  if (text === undefined) {
    const { privateKey } = generateKeyPairSync("ed25519");
    const pem = privateKey.export({ type: "pkcs8", format: "pem" }) as string;
    await mkdir(path.dirname(path.resolve(file)), { recursive: true });
    await writeFile(file, pem, { mode: 0o600, flag: "wx" });
    return { privateKey: pem, isNew: true };
  }
  try {
    if (createPrivateKey(text).asymmetricKeyType === "ed25519") {
      return { privateKey: text, isNew: false };
    }
  } catch {
    // Said below.
  }
  throw new StartError(`${file} is not an Ed25519 private key in PEM; give another with --key, or remove it.`);
}

/** @throws StartError when somebody else's bundle is there */
async function readBefore(directory: string, publicKey: string): Promise<Before | undefined> {
  const isThere = await readFile(path.join(directory, BUNDLE_FILES.manifest)).then(
    () => true,
    () => false,
  );
  if (!isThere) {
    return undefined;
  }
  try {
    const parts = await (await openBundle(directory)).readParts();
    return {
      manifest: verifyManifest(parts.manifest, publicKey),
      credentials: verifyCredentials(parts.credentials, publicKey),
    };
  } catch (error) {
    throw new StartError(
      `The bundle in ${directory} was not made with this key (${describeError(error)}): give the key that made it with --key, or another directory.`,
    );
  }
}

function nextRelease(chunks: readonly CompiledChunk[], before: Manifest | undefined): number {
  const hashes = (some: readonly { readonly sha256: string }[]) => some.map(({ sha256 }) => sha256).join();
  if (before === undefined) {
    return 1;
  }
  return hashes(before.chunks) === hashes(chunks) ? before.release : before.release + 1;
}

function numberCredentials(
  credentials: ReturnType<typeof toCredentials>,
  environment: string,
  before: CredentialList | undefined,
): CredentialList {
  const numbered = (sequence: number): CredentialList => ({
    format: BUNDLE_FILE_FORMAT,
    environment,
    sequence,
    entries: credentials.map((entry) => ({ sequence, ...entry })),
  });
  const same = before === undefined ? undefined : numbered(before.sequence);
  return same !== undefined && JSON.stringify(same) === JSON.stringify(before)
    ? same
    : numbered((before?.sequence ?? 0) + 1);
}

async function writeChunks(directory: string, chunks: readonly CompiledChunk[]): Promise<void> {
  for (const { sha256, text } of chunks) {
    await writeFileAtomically(path.join(directory, BUNDLE_FILES.chunks, `${sha256}.json`), text);
  }
}

async function removeOtherChunks(directory: string, chunks: readonly CompiledChunk[]): Promise<void> {
  const kept = new Set(chunks.map(({ sha256 }) => `${sha256}.json`));
  for (const name of await readdir(path.join(directory, BUNDLE_FILES.chunks))) {
    if (!kept.has(name)) {
      await unlink(path.join(directory, BUNDLE_FILES.chunks, name));
    }
  }
}

function writeJson(directory: string, name: string, content: unknown): Promise<void> {
  return writeFileAtomically(path.join(directory, name), `${JSON.stringify(content)}\n`);
}

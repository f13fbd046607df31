import { readFile } from "node:fs/promises";
import { z } from "zod";
import { assertEd25519, type Identity } from "../control-plane/identity";
import { describeError } from "../log";
import { checkManifest } from "../releases/check-manifest";
import { StartError } from "../start-error";
import { writeFileAtomically } from "../state/write-file-atomically";
import type { BundleSource } from "./bundle-source";

const pinnedSchema = z.strictObject({ publicKey: z.string(), environment: z.string() });

export interface PinOptions {
  readonly source: BundleSource;
  /** In the state directory. */
  readonly file: string;
  /** Of a key that is trusted instead of the bundle's own. */
  readonly publicKeyFile: string | undefined;
}

/**
 * Whose bundles this node runs, and of which environment: decided once, by the first bundle, or by the key that the node is told. Whoever can
 * write the bundle's directory later can take nothing in that this key has not signed.
 * @throws StartError
 */
export async function pinIdentity({
  source,
  file,
  publicKeyFile,
}: PinOptions): Promise<Pick<Identity, "publicKey" | "environment">> {
  const told = publicKeyFile === undefined ? undefined : await readPublicKey(publicKeyFile);
  const pinned = await readPinned(file);
  if (pinned !== undefined) {
    if (told !== undefined && told.trim() !== pinned.publicKey.trim()) {
      throw new StartError(`${file} pins another key than ${publicKeyFile}; remove it to trust the new key.`);
    }
    return pinned;
  }
  try {
    const parts = await source.readParts();
    const publicKey = told ?? parts.publicKey;
    assertEd25519(publicKey);
    const environment = environmentOf(parts.manifest.manifest);
    checkManifest(parts.manifest, { publicKey, environment });
    const identity = { publicKey, environment };
    await writeFileAtomically(file, `${JSON.stringify(identity, null, 2)}\n`, 0o600);
    return identity;
  } catch (error) {
    throw new StartError(`The bundle ${source.place} cannot be run: ${describeError(error)}.`);
  }
}

/** @throws StartError */
export async function readPublicKey(file: string): Promise<string> {
  try {
    const text = await readFile(file, "utf8");
    assertEd25519(text);
    return text;
  } catch (error) {
    throw new StartError(`The public key ${file} cannot be used: ${describeError(error)}.`);
  }
}

async function readPinned(file: string): Promise<z.infer<typeof pinnedSchema> | undefined> {
  const text = await readFile(file, "utf8").catch(() => undefined);
  if (text === undefined) {
    return undefined;
  }
  try {
    return pinnedSchema.parse(JSON.parse(text));
  } catch {
    throw new StartError(`${file} is damaged; remove it to pin the key of the bundle anew.`);
  }
}

/** Not believed: the signature over it is checked right after. */
function environmentOf(manifest: string): string {
  return z.looseObject({ environment: z.string() }).parse(JSON.parse(manifest)).environment;
}

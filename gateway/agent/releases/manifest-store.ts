import { readdir, readFile, unlink } from "node:fs/promises";
import path from "node:path";
import { signedManifestSchema, type SignedManifest } from "../../contract/bundle";
import { writeFileAtomically } from "../state/write-file-atomically";

/** How many older releases a node can still go back to without fetching their chunks again. */
const KEPT_MANIFESTS = 3;

/** Signed manifests on disk: the last-known-good one (what a cold start runs) and the last few. */
export class ManifestStore {
  constructor(
    readonly directory: string,
    readonly lastKnownGoodFile: string,
  ) {}

  async save(release: number, signed: SignedManifest): Promise<void> {
    await writeFileAtomically(path.join(this.directory, `${release}.json`), JSON.stringify(signed));
  }

  async markLastKnownGood(signed: SignedManifest): Promise<void> {
    await writeFileAtomically(this.lastKnownGoodFile, JSON.stringify(signed));
  }

  /** What a cold start may try, best first: the last-known-good manifest, then the others from the newest down. */
  async candidates(): Promise<SignedManifest[]> {
    const files = [this.lastKnownGoodFile, ...(await this.#releases()).map((release) => this.#fileOf(release))];
    const read = await Promise.all(files.map(readManifest));
    return read.filter((signed) => signed !== undefined);
  }

  /** Deletes what is older than the last few releases; @returns what is left. */
  async prune(): Promise<SignedManifest[]> {
    for (const release of (await this.#releases()).slice(KEPT_MANIFESTS)) {
      await unlink(this.#fileOf(release));
    }
    return this.candidates();
  }

  /** Newest first. */
  async #releases(): Promise<number[]> {
    const names = await readdir(this.directory);
    const numbers = names.filter((name) => /^\d+\.json$/.test(name)).map((name) => Number.parseInt(name, 10));
    return numbers.sort((left, right) => right - left);
  }

  #fileOf(release: number): string {
    return path.join(this.directory, `${release}.json`);
  }
}

async function readManifest(file: string): Promise<SignedManifest | undefined> {
  try {
    return signedManifestSchema.parse(JSON.parse(await readFile(file, "utf8")));
  } catch {
    // Missing or damaged: the next candidate is tried.
    return undefined;
  }
}

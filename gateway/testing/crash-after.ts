import fs from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import os from "node:os";
import path from "node:path";

/**
 * Kills this process with SIGKILL at its nth change to the disk, for tests of crash safety: moments that a kill from outside hits once
 * in a thousand runs are hit every time. Import it first, then arm it.
 *
 * A write that is chosen is done by half: the worst a killed process can leave in one file.
 */
let remaining = Number.POSITIVE_INFINITY;

/** @param steps changes to the disk that are still done; 0 leaves it unarmed */
export function armCrash(steps: number): void {
  remaining = steps > 0 ? steps : Number.POSITIVE_INFINITY;
}

function isLast(): boolean {
  remaining -= 1;
  return remaining < 0;
}

function crash(): never {
  process.kill(process.pid, "SIGKILL");
  throw new Error("unreachable");
}

const { writeSync } = fs as { writeSync: (descriptor: number, bytes: Buffer, ...rest: PlaceOfWrite) => number };
type PlaceOfWrite = [from?: number, length?: number, at?: number | null];

fs.writeSync = ((descriptor: number, bytes: Buffer, ...[from = 0, length = bytes.length - from, at]: PlaceOfWrite) => {
  if (isLast()) {
    // One body of a slot or one word lies within a page and is written whole or not at all.
    const half = length > 64 ? Math.floor(length / 2) : 0;
    writeSync(descriptor, bytes, from, half, at);
    crash();
  }
  return writeSync(descriptor, bytes, from, length, at);
}) as typeof fs.writeSync;

for (const name of ["unlinkSync", "rmSync", "renameSync"] as const) {
  const original = fs[name] as (...given: unknown[]) => void;
  fs[name] = (...given: unknown[]) => {
    if (isLast()) {
      crash();
    }
    original(...given);
  };
}

for (const name of ["rename", "unlink", "rm", "open", "writeFile"] as const) {
  const original = fs.promises[name] as (...given: unknown[]) => Promise<unknown>;
  fs.promises[name] = ((...given: unknown[]) => (isLast() ? crash() : original(...given))) as never;
}

const probe = await fs.promises.open(path.join(os.tmpdir(), `gatehouse-probe-${process.pid}`), "w");
const handle = Object.getPrototypeOf(probe) as { writeFile: (content: string | Uint8Array) => Promise<void> };
const { writeFile } = handle;
handle.writeFile = async function (this: fs.promises.FileHandle, content) {
  if (isLast()) {
    await writeFile.call(this, content.slice(0, Math.floor(content.length / 2)));
    crash();
  }
  await writeFile.call(this, content);
};
await probe.close();
fs.unlinkSync(path.join(os.tmpdir(), `gatehouse-probe-${process.pid}`));

syncBuiltinESMExports();

import { open, rename, rm } from "node:fs/promises";

/**
 * Readers see the old content or the new one, never a part, through a crash of this process or of the machine: written beside it,
 * flushed, renamed.
 */
export async function writeFileAtomically(file: string, content: string | Uint8Array, mode = 0o644): Promise<void> {
  const temporary = `${file}.tmp`;
  // One that a crash left behind would keep its own mode.
  await rm(temporary, { force: true });
  const handle = await open(temporary, "w", mode);
  try {
    await handle.writeFile(content);
    await handle.datasync();
  } finally {
    await handle.close();
  }
  await rename(temporary, file);
}

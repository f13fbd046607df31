import type { GivenFile } from "./document-source";

const MAX_FILES = 500;
const DOCUMENT_NAME = /\.(ya?ml|json)$/i;

/** The files of a drop, those of folders with their paths. Reads the entries at once: they are gone when the event is over. */
export async function readDroppedFiles(transfer: DataTransfer): Promise<GivenFile[]> {
  const entries = [...transfer.items].flatMap((item) => item.webkitGetAsEntry() ?? []);
  if (entries.length === 0) {
    return [...transfer.files].map((file) => ({ path: file.name, file }));
  }
  const files: GivenFile[] = [];
  for (const entry of entries) {
    await collect(entry, files, entries.length === 1 && entry.isFile);
  }
  return files;
}

async function collect(entry: FileSystemEntry, files: GivenFile[], isAnyNameFine: boolean): Promise<void> {
  if (files.length >= MAX_FILES) {
    throw new Error(`There are more than ${MAX_FILES} files in it. Drop only the document's folder.`);
  }
  if (isFile(entry)) {
    if (isAnyNameFine || DOCUMENT_NAME.test(entry.name)) {
      const file = await new Promise<File>((resolve, reject) => entry.file(resolve, reject));
      files.push({ path: entry.fullPath.replace(/^\//, ""), file });
    }
    return;
  }
  if (isDirectory(entry) && entry.name !== "node_modules" && !entry.name.startsWith(".")) {
    for (const child of await readDirectory(entry)) {
      await collect(child, files, false);
    }
  }
}

/** A reader hands out a directory in portions; an empty one is the end. */
async function readDirectory(directory: FileSystemDirectoryEntry): Promise<FileSystemEntry[]> {
  const reader = directory.createReader();
  const all: FileSystemEntry[] = [];
  for (;;) {
    const portion = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject));
    if (portion.length === 0) {
      return all;
    }
    all.push(...portion);
  }
}

function isFile(entry: FileSystemEntry): entry is FileSystemFileEntry {
  return entry.isFile;
}

function isDirectory(entry: FileSystemEntry): entry is FileSystemDirectoryEntry {
  return entry.isDirectory;
}

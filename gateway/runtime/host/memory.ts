import * as ffi from "ffi";
import { C } from "./c-functions";

// Linux values; the same on every architecture we run on.
const O_RDONLY = 0;
const O_RDWR = 2;
const O_CREAT = 64;
const SEEK_END = 2;
const PROT_READ = 1;
const PROT_READ_WRITE = 3;
const MAP_SHARED = 1;
const OWNER_ONLY = 384; // 0600

/**
 * Maps a file that this process may write, made and grown to `bytes` when it is smaller. New bytes are zero. The mapping is shared: it
 * outlives the process and is seen by every worker and by the agent.
 */
export function mapWritableFile(path: string, bytes: number): CData {
  const file = C.open(path, O_RDWR + O_CREAT, OWNER_ONLY);
  if (file < 0) {
    error(`cannot open ${path}: ${lastError()}`);
  }
  if ((tonumber(C.lseek(file, 0, SEEK_END)) ?? 0) < bytes && C.ftruncate(file, bytes) !== 0) {
    error(`cannot make ${path} ${bytes} bytes long: ${lastError()}`);
  }
  return map(path, file, bytes, PROT_READ_WRITE);
}

/**
 * Maps a file for reading.
 * @param bytes address space to reserve; may exceed the file, whose growth then shows without mapping it again
 */
export function mapReadOnlyFile(path: string, bytes: number): CData {
  const file = C.open(path, O_RDONLY, 0);
  if (file < 0) {
    error(`cannot open ${path}: ${lastError()}`);
  }
  return map(path, file, bytes, PROT_READ);
}

export function unmap(address: CData, bytes: number): void {
  C.munmap(address, bytes);
}

function map(path: string, file: number, bytes: number, protection: number): CData {
  const address = C.mmap(undefined, bytes, protection, MAP_SHARED, file, 0);
  C.close(file);
  if (tonumber(ffi.cast("intptr_t", address)) === -1) {
    error(`cannot map ${path}: ${lastError()}`);
  }
  return address;
}

function lastError(): string {
  const text = ffi.string(C.strerror(ffi.errno()));
  return text;
}

/** 0 when it is not there. */
export function fileBytes(path: string): number {
  const [file] = io.open(path, "rb");
  if (file === undefined) {
    return 0;
  }
  const [bytes] = file.seek("end");
  file.close();
  return bytes ?? 0;
}

/** The whole text of a file, or undefined when it is not there. */
export function readFile(path: string): string | undefined {
  const [file] = io.open(path, "rb");
  if (file === undefined) {
    return undefined;
  }
  const text = file.read("*a");
  file.close();
  return text;
}

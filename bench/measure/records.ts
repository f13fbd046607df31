import { closeSync, openSync, readSync } from "node:fs";

const PIECE_BYTES = 1024 * 1024;
const NEWLINE = 10;

/** Lines of a log file, which may be large. */
export function countLines(file: string): number {
  const descriptor = openSync(file, "r");
  const piece = Buffer.alloc(PIECE_BYTES);
  let lines = 0;
  try {
    for (;;) {
      const bytes = readSync(descriptor, piece);
      if (bytes === 0) {
        return lines;
      }
      for (let at = piece.indexOf(NEWLINE); at >= 0 && at < bytes; at = piece.indexOf(NEWLINE, at + 1)) {
        lines += 1;
      }
    }
  } finally {
    closeSync(descriptor);
  }
}

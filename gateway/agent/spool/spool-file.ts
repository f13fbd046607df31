/** Everything the spool must know at a start stands in the name, so that it need not read 256 MB. */
export interface SpoolFile {
  /** Sequences that were merged into this one; equal to `last` for a batch as it was drained. */
  readonly first: number;
  /** The sequence it is sent with. */
  readonly last: number;
  /** Minutes since the epoch. */
  readonly minute: number;
  /** Once sent, a batch may be known to the control plane and must never change or change its sequence. */
  readonly attempted: boolean;
  readonly bytes: number;
}

const NAME = /^(\d+)-(\d+)\.(\d+)\.(batch|attempted)$/;

export function spoolFileName(file: Omit<SpoolFile, "bytes">): string {
  const number = (value: number) => String(value).padStart(12, "0");
  return `${number(file.first)}-${number(file.last)}.${file.minute}.${file.attempted ? "attempted" : "batch"}`;
}

export function parseSpoolFileName(name: string, bytes: number): SpoolFile | undefined {
  const match = NAME.exec(name);
  return match === null
    ? undefined
    : {
        first: Number(match[1]),
        last: Number(match[2]),
        minute: Number(match[3]),
        attempted: match[4] === "attempted",
        bytes,
      };
}

/** First line: the batch as it is sent. Second line: the redo record, when there is one. */
export function encodeSpoolFile(batch: unknown, redo: unknown): string {
  return `${JSON.stringify(batch)}\n${redo === undefined ? "" : `${JSON.stringify(redo)}\n`}`;
}

/** The batch exactly as it is sent. */
export function batchTextOf(content: string): string {
  return content.slice(0, content.indexOf("\n"));
}

/** Undefined when the batch was merged from others, whose redo records are done with. */
export function redoOf(content: string): unknown {
  const text = content.slice(content.indexOf("\n") + 1).trim();
  return text === "" ? undefined : (JSON.parse(text) as unknown);
}

export function minuteOf(epochMs: number): number {
  return Math.floor(epochMs / 60_000);
}

export function minuteText(minute: number): string {
  return new Date(minute * 60_000).toISOString();
}

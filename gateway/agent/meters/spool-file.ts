import { z } from "zod";
import { telemetryBatchSchema, type TelemetryBatch } from "../../contract/telemetry";

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

const redoSchema = z.strictObject({
  cells: z.array(z.strictObject({ file: z.string(), index: z.number().int(), words: z.array(z.number().int()) })),
});

/** Absolute words of the cells a batch counted: repairs the baseline when a crash came between batch and baseline. */
export type Redo = z.infer<typeof redoSchema>;

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
export function encodeSpoolFile(batch: TelemetryBatch, redo: Redo | undefined): string {
  return `${JSON.stringify(batch)}\n${redo === undefined ? "" : `${JSON.stringify(redo)}\n`}`;
}

/** The batch exactly as it is sent. */
export function batchTextOf(content: string): string {
  return content.slice(0, content.indexOf("\n"));
}

export function decodeBatch(content: string): TelemetryBatch {
  return telemetryBatchSchema.parse(JSON.parse(batchTextOf(content)));
}

export function decodeRedo(content: string): Redo | undefined {
  const text = content.slice(content.indexOf("\n") + 1).trim();
  return text === "" ? undefined : redoSchema.parse(JSON.parse(text));
}

export function minuteOf(epochMs: number): number {
  return Math.floor(epochMs / 60_000);
}

export function minuteText(minute: number): string {
  return new Date(minute * 60_000).toISOString();
}

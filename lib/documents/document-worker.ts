import { parentPort } from "node:worker_threads";
import { documentJobs, type DocumentJobKind, type DocumentJobs } from "./document-jobs";

/** What the thread is told, and what it answers; see run-document-job.ts. */
export interface JobMessage {
  readonly id: number;
  readonly kind: DocumentJobKind;
  readonly input: DocumentJobs[DocumentJobKind]["input"];
}

export type JobAnswer =
  | { readonly id: number; readonly ok: true; readonly result: DocumentJobs[DocumentJobKind]["result"] }
  | { readonly id: number; readonly ok: false; readonly error: string };

/** The entry of the thread: bundled to dist/portal/document-worker.mjs. */
parentPort?.on("message", (message: JobMessage) => void work(message));

async function work({ id, kind, input }: JobMessage): Promise<void> {
  let answer: JobAnswer;
  try {
    // The kind says which input it is.
    const run = documentJobs[kind] as (given: typeof input) => Promise<DocumentJobs[DocumentJobKind]["result"]>;
    answer = { id, ok: true, result: await run(input) };
  } catch (error) {
    answer = { id, ok: false, error: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
  parentPort?.postMessage(answer);
}

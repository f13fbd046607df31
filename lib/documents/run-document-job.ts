import "server-only";
import { Worker } from "node:worker_threads";
import { env } from "@/lib/env";
import { log } from "@/lib/log";
import type { DocumentJobKind, DocumentJobs } from "./document-jobs";
import type { JobAnswer, JobMessage } from "./document-worker";

/** The largest documents take about a gigabyte; one that takes more costs the thread, not the portal. */
const MAX_HEAP_MB = 3072;

/** The thread is gone before it answered: out of memory, as a rule. */
export class DocumentWorkerGone extends Error {
  override readonly name = "DocumentWorkerGone";
}

interface Pending {
  readonly resolve: (result: never) => void;
  readonly reject: (error: Error) => void;
}

interface Thread {
  readonly worker: Worker;
  readonly pending: Map<number, Pending>;
  nextId: number;
}

/** Next.js may load a module more than once in a process; there is one thread, because each holds a document several times over. */
const holder = globalThis as { gatehouseDocumentThread?: Thread };

/**
 * Does a piece of work on a document in the process's thread for that, which is started with the first one: reading a large YAML text
 * takes seconds, in which the portal has to go on answering.
 * @throws DocumentWorkerGone
 */
export function runDocumentJob<Kind extends DocumentJobKind>(
  kind: Kind,
  input: DocumentJobs[Kind]["input"],
): Promise<DocumentJobs[Kind]["result"]> {
  const thread = (holder.gatehouseDocumentThread ??= startThread());
  const id = (thread.nextId += 1);
  return new Promise((resolve, reject) => {
    thread.pending.set(id, { resolve, reject });
    // While it works, the process stays for the answer; an idle thread keeps no script from ending.
    thread.worker.ref();
    thread.worker.postMessage({ id, kind, input } satisfies JobMessage);
  });
}

function startThread(): Thread {
  const worker = new Worker(/* turbopackIgnore: true */ env().documentWorker, {
    resourceLimits: { maxOldGenerationSizeMb: MAX_HEAP_MB },
  });
  const thread: Thread = { worker, pending: new Map(), nextId: 0 };
  worker.on("message", (answer: JobAnswer) => {
    const pending = thread.pending.get(answer.id);
    thread.pending.delete(answer.id);
    if (thread.pending.size === 0) {
      worker.unref();
    }
    if (answer.ok) {
      pending?.resolve(answer.result as never);
    } else {
      pending?.reject(new Error(answer.error));
    }
  });
  const end = (error: Error) => {
    if (holder.gatehouseDocumentThread === thread) {
      delete holder.gatehouseDocumentThread;
    }
    for (const { reject } of thread.pending.values()) {
      reject(error);
    }
    thread.pending.clear();
  };
  worker.on("error", (error) => {
    log.error({ error }, "the thread that reads documents ended");
    end(new DocumentWorkerGone(error instanceof Error ? error.message : String(error)));
  });
  worker.on("exit", () => {
    end(new DocumentWorkerGone("the thread that reads documents ended"));
  });
  worker.unref();
  return thread;
}

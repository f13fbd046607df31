import { closeSync, existsSync, openSync, readSync, renameSync, writeSync } from "node:fs";
import { CONTROL } from "../../contract/shared-memory";

/** What one worker says of itself. */
export interface WorkerSlot {
  /** 0 = never started. */
  readonly pid: number;
  readonly generation: number;
  readonly credentialGeneration: number;
  readonly failed: boolean;
  /** 0 = none. */
  readonly release: number;
  readonly polledAtSeconds: number;
  readonly message: string;
}

/**
 * `node.control`, through which agent and workers nod to each other. The file outlives both: an nginx that goes on while the agent
 * restarts keeps its mapping, so a sound file is never replaced. Every write is one aligned word (contract/shared-memory.ts).
 */
export class ControlFile {
  /** True when this start had to make the file: an nginx that still runs maps another one and must be restarted. */
  readonly created: boolean;
  readonly #descriptor: number;
  readonly #page = Buffer.alloc(CONTROL.bytes);

  constructor(file: string) {
    this.created = !isSound(file);
    if (this.created) {
      create(file);
    }
    this.#descriptor = openSync(file, "r+");
  }

  get generation(): number {
    return this.#readWord(CONTROL.generationAt);
  }

  get credentialGeneration(): number {
    return this.#readWord(CONTROL.credentialGenerationAt);
  }

  get certificateGeneration(): number {
    return this.#readWord(CONTROL.certificateGenerationAt);
  }

  get keySetGeneration(): number {
    return this.#readWord(CONTROL.keySetGenerationAt);
  }

  /** Changes when a worker was shown a token of a key that it does not know. */
  get keySetWishes(): number {
    return this.#readWord(CONTROL.keySetWishesAt);
  }

  /** @returns the new generation */
  raiseGeneration(): number {
    const next = (this.generation + 1) >>> 0 || 1;
    this.#writeWord(CONTROL.generationAt, next);
    return next;
  }

  setCredentialGeneration(generation: number): void {
    this.#writeWord(CONTROL.credentialGenerationAt, generation);
  }

  raiseCertificateGeneration(): void {
    const next = (this.certificateGeneration + 1) >>> 0 || 1;
    this.#writeWord(CONTROL.certificateGenerationAt, next);
  }

  raiseKeySetGeneration(): void {
    const next = (this.keySetGeneration + 1) >>> 0 || 1;
    this.#writeWord(CONTROL.keySetGenerationAt, next);
  }

  readWorkers(count: number): WorkerSlot[] {
    readSync(this.#descriptor, this.#page, 0, CONTROL.bytes, 0);
    return Array.from({ length: count }, (_, worker) => decodeSlot(this.#page, worker));
  }

  /** Forgets the workers of an nginx that has ended, so that their last words are not taken for those of the next. */
  clearWorkers(): void {
    writeSync(
      this.#descriptor,
      Buffer.alloc(CONTROL.maxWorkers * CONTROL.workerBytes),
      0,
      undefined,
      CONTROL.workersAt,
    );
  }

  close(): void {
    closeSync(this.#descriptor);
  }

  #readWord(at: number): number {
    const word = Buffer.alloc(4);
    readSync(this.#descriptor, word, 0, 4, at);
    return word.readUInt32LE(0);
  }

  #writeWord(at: number, value: number): void {
    const word = Buffer.alloc(4);
    word.writeUInt32LE(value);
    writeSync(this.#descriptor, word, 0, 4, at);
  }
}

function decodeSlot(page: Buffer, worker: number): WorkerSlot {
  const at = CONTROL.workersAt + worker * CONTROL.workerBytes;
  const field = CONTROL.worker;
  const messageAt = at + field.messageAt;
  const message = page.subarray(messageAt, messageAt + field.messageBytes);
  const end = message.indexOf(0);
  return {
    pid: page.readUInt32LE(at + field.pidAt),
    generation: page.readUInt32LE(at + field.generationAt),
    credentialGeneration: page.readUInt32LE(at + field.credentialGenerationAt),
    failed: page.readUInt32LE(at + field.failedAt) !== 0,
    release: page.readDoubleLE(at + field.releaseAt),
    polledAtSeconds: page.readDoubleLE(at + field.polledAt),
    message: message.subarray(0, end === -1 ? undefined : end).toString("utf8"),
  };
}

function isSound(file: string): boolean {
  if (!existsSync(file)) {
    return false;
  }
  const descriptor = openSync(file, "r");
  try {
    const page = Buffer.alloc(CONTROL.bytes);
    const bytes = readSync(descriptor, page, 0, CONTROL.bytes, 0);
    return bytes === CONTROL.bytes && page.readUInt32LE(CONTROL.magicAt) === CONTROL.magic;
  } finally {
    closeSync(descriptor);
  }
}

function create(file: string): void {
  const page = Buffer.alloc(CONTROL.bytes);
  page.writeUInt32LE(CONTROL.magic, CONTROL.magicAt);
  const temporary = `${file}.tmp`;
  // Group and others may write: nginx may run its workers as another user.
  const descriptor = openSync(temporary, "w", 0o666);
  writeSync(descriptor, page);
  closeSync(descriptor);
  renameSync(temporary, file);
}

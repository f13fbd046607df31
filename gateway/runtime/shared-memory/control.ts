import * as ffi from "ffi";
import { CONTROL } from "../../contract/shared-memory";
import { mapWritableFile } from "../host/memory";

/** The words through which agent and workers talk (contract/shared-memory.ts). */
ffi.cdef(`
typedef struct { volatile uint32_t magic, generation, credentialGeneration, certificateGeneration, keySetGeneration, keySetWishes; } gatehouse_control;
typedef struct {
  volatile uint32_t pid, generation, credentialGeneration, failed;
  volatile double release, polledAt;
  char message[224];
} gatehouse_worker;
`);

interface Control {
  magic: number;
  readonly generation: number;
  readonly credentialGeneration: number;
  readonly certificateGeneration: number;
  readonly keySetGeneration: number;
  keySetWishes: number;
}

export interface WorkerSlot {
  pid: number;
  generation: number;
  credentialGeneration: number;
  failed: number;
  release: number;
  polledAt: number;
  readonly message: CData;
}

let control: Control;
let workers: CArray<WorkerSlot>;

export function openControl(path: string): void {
  const memory = mapWritableFile(path, CONTROL.bytes);
  const start = ffi.cast("char *", memory) as unknown as number;
  control = ffi.cast("gatehouse_control *", memory) as unknown as Control;
  workers = ffi.cast("gatehouse_worker *", start + CONTROL.workersAt) as unknown as CArray<WorkerSlot>;
  control.magic = CONTROL.magic;
}

export function wantedGeneration(): number {
  return control.generation;
}

export function wantedCredentialGeneration(): number {
  return control.credentialGeneration;
}

export function wantedCertificateGeneration(): number {
  return control.certificateGeneration;
}

export function wantedKeySetGeneration(): number {
  return control.keySetGeneration;
}

export function wishForKeys(this: void): void {
  control.keySetWishes = control.keySetWishes + 1;
}

export function workerSlot(worker: number): WorkerSlot {
  return workers[worker] as WorkerSlot;
}

export function writeMessage(slot: WorkerSlot, text: string): void {
  const fitting = string.sub(text, 1, CONTROL.worker.messageBytes - 1);
  ffi.copy(slot.message, `${fitting}\0`, fitting.length + 1);
}

import type { CredentialPage } from "../../contract/credentials";
import type { Logger } from "../log";
import type { ControlFile } from "../state/control-file";
import { CredentialDraft, draftFrom } from "./credential-draft";
import { listGenerations, removeOtherGenerations } from "./credential-files";
import { LiveGeneration } from "./live-generation";

/** Below this a values file is not worth compacting. */
const COMPACTION_FLOOR_BYTES = 16 * 1024 * 1024;

export interface CredentialStoreOptions {
  readonly directory: string;
  readonly control: Pick<ControlFile, "credentialGeneration" | "setCredentialGeneration">;
  readonly logger: Logger;
  readonly compactionFloorBytes?: number;
}

/** Every credential of the environment, in files that the workers map. Starts cold from the disk. */
export class CredentialStore {
  /** Newest last. Older ones are kept up to date until every worker has left them. */
  #live: LiveGeneration[] = [];
  /** A snapshot that is being read page by page; workers see it when it is complete. */
  #draft: CredentialDraft | undefined;
  #draftCursor = 0;
  /** A process before this one may have died between two generations. */
  #hasLeftovers = true;

  constructor(readonly options: CredentialStoreOptions) {
    const { control, directory, logger } = options;
    for (const generation of listGenerations(directory)) {
      const live = LiveGeneration.open(directory, generation);
      if (live !== undefined) {
        this.#live = [live];
        break;
      }
      logger.error({ generation }, "a credential index on disk is damaged, it will be read anew");
    }
    const newest = this.#newest();
    if (newest !== undefined) {
      control.setCredentialGeneration(newest.number);
    } else {
      this.startSnapshot();
    }
  }

  /** Whether the workers have a complete set of credentials. */
  get isLoaded(): boolean {
    return this.#live.length > 0;
  }

  /** Sequence up to which the workers have everything. */
  get cursor(): number {
    return this.#newest()?.cursor ?? 0;
  }

  get count(): number {
    return this.#newest()?.count ?? 0;
  }

  get generation(): number {
    return this.#newest()?.number ?? 0;
  }

  /** Sequence to ask the control plane from. */
  get askFrom(): number {
    return this.#draft === undefined ? this.cursor : this.#draftCursor;
  }

  /** Reads everything anew from sequence 0; what is loaded stays in force meanwhile. */
  startSnapshot(): void {
    this.#draft = new CredentialDraft();
    this.#draftCursor = 0;
  }

  async applyPage(page: CredentialPage): Promise<void> {
    if (this.#draft !== undefined) {
      await this.#addToSnapshot(this.#draft, page);
      return;
    }
    if (page.entries.length > 0) {
      await this.#makeRoom(page.entries.length);
      for (const generation of this.#live) {
        generation.apply(page.entries);
      }
    }
    if (page.cursor !== this.cursor) {
      await Promise.all(this.#live.map((generation) => generation.commit(page.cursor)));
    }
  }

  /** Call often. @param haveTakenUp whether every live worker reads the given generation */
  retire(haveTakenUp: (generation: number) => boolean): void {
    const newest = this.#newest();
    const hasOlder = this.#live.length > 1 || this.#hasLeftovers;
    if (newest !== undefined && hasOlder && haveTakenUp(newest.number)) {
      for (const older of this.#live.slice(0, -1)) {
        older.remove();
      }
      this.#live = [newest];
      this.#hasLeftovers = false;
      removeOtherGenerations(this.options.directory, newest.number);
    }
  }

  close(): void {
    for (const generation of this.#live) {
      generation.close();
    }
    this.#live = [];
  }

  async #addToSnapshot(draft: CredentialDraft, page: CredentialPage): Promise<void> {
    for (const entry of page.entries) {
      draft.put(entry);
    }
    this.#draftCursor = page.cursor;
    if (page.complete) {
      await this.#publish(draft, page.cursor);
      this.#draft = undefined;
    }
  }

  /** A new generation when the index would be half full, or the values are mostly leftovers. */
  async #makeRoom(entries: number): Promise<void> {
    const newest = this.#newest();
    if (newest === undefined) {
      return;
    }
    const floor = this.options.compactionFloorBytes ?? COMPACTION_FLOOR_BYTES;
    const isWasteful = newest.wasteBytes > floor && newest.wasteBytes * 2 > newest.valuesBytes;
    if (newest.table.hasRoomFor(entries) && !isWasteful) {
      return;
    }
    const draft = draftFrom(newest.table, newest.readValues(), (newest.count + entries) * 2);
    await this.#publish(draft, newest.cursor);
  }

  async #publish(draft: CredentialDraft, cursor: number): Promise<void> {
    const { control, directory, logger } = this.options;
    const onDisk = listGenerations(directory)[0] ?? 0;
    const generation = Math.max(control.credentialGeneration, onDisk) + 1;
    await draft.write(directory, generation, cursor);
    const live = LiveGeneration.adopt(directory, generation, draft.table);
    this.#live.push(live);
    control.setCredentialGeneration(generation);
    logger.info({ generation, credentials: live.count, cursor }, "credential index put in place");
  }

  #newest(): LiveGeneration | undefined {
    return this.#live.at(-1);
  }
}

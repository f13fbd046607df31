import type { KeySetFile, VerificationKey } from "../contract/key-set-types";
import { STATE_FILES } from "../contract/shared-memory";
import { readJsonFile } from "./host/json-file";

interface KeptKeys {
  /** What they are told from others by. */
  readonly text: string;
  readonly keys: readonly VerificationKey[];
}

let keySets = new LuaTable<string, KeptKeys>();

/** Takes up the keys that the agent has put in place. Throws, and changes nothing, when they cannot be read. */
export function openKeySets(stateDirectory: string): void {
  const file = readJsonFile<KeySetFile>(`${stateDirectory}/${STATE_FILES.keySets}`);
  const opened = new LuaTable<string, KeptKeys>();
  for (const { uri, keys } of file.keySets) {
    opened.set(uri, keepOrTake(uri, keys));
  }
  keySets = opened;
}

/** The same object as long as the keys are the same: tokens that were verified with it need no second look. */
export function findKeys(this: void, uri: string): readonly VerificationKey[] | undefined {
  const kept = keySets.get(uri);
  return kept === undefined ? undefined : kept.keys;
}

function keepOrTake(uri: string, keys: readonly VerificationKey[]): KeptKeys {
  const kept = keySets.get(uri);
  const text = textOf(keys);
  return kept !== undefined && kept.text === text ? kept : { text, keys };
}

function textOf(keys: readonly VerificationKey[]): string {
  const texts: string[] = [];
  for (const { id, algorithms, spki } of keys) {
    texts.push(`${id} ${algorithms.join(" ")} ${spki}`);
  }
  return texts.join("\n");
}

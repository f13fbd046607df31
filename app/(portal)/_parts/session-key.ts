"use client";

import { useSyncExternalStore } from "react";

/** A key that was pasted or just created, for trying things out. */
export interface SessionKey {
  readonly key: string;
  /** The application it belongs to, where that is known. */
  readonly application: string | null;
}

const STORAGE_KEY = "gatehouse-try-key";
const listeners = new Set<() => void>();
let cached: { text: string | null; value: SessionKey | null } = { text: null, value: null };

/** The key of this browser tab. Kept in sessionStorage only: it ends with the tab and never reaches the portal's server. */
export function useSessionKey(): [SessionKey | null, (key: SessionKey | null) => void] {
  const key = useSyncExternalStore(subscribe, readKey, () => null);
  return [key, rememberKey];
}

export function rememberKey(key: SessionKey | null): void {
  if (key === null) {
    sessionStorage.removeItem(STORAGE_KEY);
  } else {
    sessionStorage.setItem(STORAGE_KEY, JSON.stringify(key));
  }
  for (const listener of listeners) {
    listener();
  }
}

function readKey(): SessionKey | null {
  const text = sessionStorage.getItem(STORAGE_KEY);
  // The same object as long as the text is the same, as useSyncExternalStore asks for.
  if (text !== cached.text) {
    cached = { text, value: text === null ? null : (JSON.parse(text) as SessionKey) };
  }
  return cached.value;
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

"use client";

import { usePathname, useSearchParams } from "next/navigation";
import { useCallback } from "react";

export interface UrlState {
  readonly get: (name: string) => string | undefined;
  /** Writes several values at once; undefined and "" take the name out of the URL. */
  readonly set: (changes: Readonly<Record<string, string | undefined>>) => void;
  /** The same page with changes, for a link. */
  readonly href: (changes: Readonly<Record<string, string | undefined>>) => string;
}

/**
 * Filters and open panels live in the URL: a reload, a link and the back button keep them. The browser's own history is written, not the
 * router's, because no page of the console needs the server for a filter.
 */
export function useUrlState(): UrlState {
  const pathname = usePathname();
  const search = useSearchParams();
  const href = useCallback(
    (changes: Readonly<Record<string, string | undefined>>) => {
      const next = new URLSearchParams(search);
      for (const [name, value] of Object.entries(changes)) {
        if (value === undefined || value === "") {
          next.delete(name);
        } else {
          next.set(name, value);
        }
      }
      const text = next.toString();
      return text === "" ? pathname : `${pathname}?${text}`;
    },
    [pathname, search],
  );
  const get = useCallback((name: string) => search.get(name) ?? undefined, [search]);
  const set = useCallback(
    (changes: Readonly<Record<string, string | undefined>>) => window.history.replaceState(null, "", href(changes)),
    [href],
  );
  return { get, set, href };
}

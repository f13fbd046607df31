"use client";

import { useViewer } from "@/components/shell/viewer-context";
import type { Role } from "@/components/shell/viewer";

/**
 * What the console offers this person. The management API decides again; here it only keeps people from being shown a button that would
 * be refused. Whether one API or product may be changed is told by its own `canEdit`.
 */
export interface Can {
  readonly administer: boolean;
  readonly createApis: boolean;
  readonly publish: boolean;
  readonly readOperations: boolean;
  readonly readReleases: boolean;
}

export function useCan(): Can {
  const roles = useViewer()?.roles ?? [];
  const has = (...wanted: Role[]) => wanted.some((role) => roles.includes(role));
  return {
    administer: has("admin"),
    createApis: has("admin", "owner"),
    publish: has("admin", "owner"),
    readOperations: has("admin", "ops"),
    readReleases: has("admin", "owner", "ops"),
  };
}

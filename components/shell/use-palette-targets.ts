"use client";

import { useQuery } from "@tanstack/react-query";
import type { Viewer } from "./viewer";

interface Target {
  readonly id: string;
  readonly name: string;
}

const NONE: readonly Target[] = [];

/** What the palette can jump to besides pages: every API and application that the viewer may see. Read while the palette is open. */
export function usePaletteTargets(viewer: Viewer | null): {
  apis: readonly Target[];
  applications: readonly Target[];
} {
  const apis = useQuery({
    queryKey: ["palette", "apis"],
    queryFn: async () =>
      (await readItems<{ slug: string; name: string }>("/api/v1/apis?limit=200")).map((api) => ({
        id: api.slug,
        name: api.name,
      })),
    staleTime: 30_000,
  });
  const applications = useQuery({
    queryKey: ["palette", "applications"],
    queryFn: () => readItems<Target>("/api/v1/applications?limit=200"),
    enabled: viewer !== null,
    staleTime: 30_000,
  });
  return { apis: apis.data ?? NONE, applications: applications.data ?? NONE };
}

async function readItems<Item>(path: string): Promise<readonly Item[]> {
  const response = await fetch(path);
  if (!response.ok) {
    throw new Error(`The list could not be read (${response.status}).`);
  }
  const page = (await response.json()) as { items: readonly Item[] };
  return page.items;
}

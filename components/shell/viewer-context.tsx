"use client";

import { createContext, useContext, type ReactNode } from "react";
import type { Viewer } from "./viewer";

const ViewerContext = createContext<Viewer | null>(null);

export function ViewerProvider({ viewer, children }: { viewer: Viewer | null; children: ReactNode }) {
  return <ViewerContext value={viewer}>{children}</ViewerContext>;
}

/** Who is looking; null where nobody is signed in. */
export function useViewer(): Viewer | null {
  return useContext(ViewerContext);
}

"use client";

import { useQuery } from "@tanstack/react-query";
import { useState, type ReactNode } from "react";
import { AppShell } from "@/components/shell/app-shell";
import type { RailName } from "@/components/shell/navigation";
import type { Viewer } from "@/components/shell/viewer";
import { applications, catalogue, apis as managedApis, environments } from "@/lib/api-client";

export interface ShellFrameProps {
  rail: RailName;
  viewer: Viewer | null;
  environment: string | undefined;
  children: ReactNode;
}

/** The shell with its data: environments for the switch, and, once the palette was opened, what it can jump to. */
export function ShellFrame({ rail, viewer, environment, children }: ShellFrameProps) {
  const [wasPaletteOpened, setWasPaletteOpened] = useState(false);
  const isConsole = rail === "console";
  const apis = useQuery({
    queryKey: ["palette", rail, "apis"],
    queryFn: async () => (isConsole ? managedApis.list({ limit: 200 }) : catalogue.list({ limit: 200 })),
    select: (page) => page.items.map((api) => ({ id: api.slug, name: api.name })),
    enabled: wasPaletteOpened,
  });
  const ownApplications = useQuery({
    queryKey: ["palette", "applications"],
    queryFn: () => applications.list({ mine: true, limit: 200 }),
    select: (page) => page.items.map(({ id, name }) => ({ id, name })),
    enabled: wasPaletteOpened && viewer !== null,
  });
  const known = useQuery({
    queryKey: ["environments"],
    queryFn: () => environments.list(),
    enabled: isConsole && viewer !== null,
  });
  return (
    <AppShell
      rail={rail}
      viewer={viewer}
      environment={environment}
      environments={known.data?.items}
      targets={{
        isLoading: apis.isLoading || ownApplications.isLoading,
        apis: apis.data ?? [],
        applications: ownApplications.data ?? [],
      }}
      onPaletteOpen={() => setWasPaletteOpened(true)}
    >
      {children}
    </AppShell>
  );
}

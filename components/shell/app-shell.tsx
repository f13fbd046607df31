"use client";

import { Menu, Search } from "lucide-react";
import { Dialog } from "radix-ui";
import { useEffect, useState, type ReactNode } from "react";
import { Button } from "@/components/ui/button";
import { AccountMenu } from "./account-menu";
import { CommandPalette, type PaletteTargets } from "./command-palette";
import { EnvironmentProvider, EnvironmentSwitch, type EnvironmentOption } from "./environment";
import type { RailName } from "./navigation";
import { Rail } from "./rail";
import { ThemeMenu } from "./theme-menu";
import { ViewerProvider } from "./viewer-context";
import type { Viewer } from "./viewer";

// They exist from the start; a caller that knows of more passes its own list.
const DEFAULT_ENVIRONMENTS: readonly EnvironmentOption[] = [
  { slug: "dev", name: "dev", production: false },
  { slug: "staging", name: "staging", production: false },
  { slug: "production", name: "production", production: true },
];

export interface AppShellProps {
  rail: RailName;
  viewer: Viewer | null;
  /** The environment chosen last, from the cookie ENVIRONMENT_COOKIE. */
  environment?: string;
  environments?: readonly EnvironmentOption[];
  /** What ⌘K finds besides pages. */
  targets?: PaletteTargets;
  /** The time to read the targets. */
  onPaletteOpen?: () => void;
  children: ReactNode;
}

const NO_TARGETS: PaletteTargets = { isLoading: false, apis: [], applications: [] };

/** The frame of every page but sign-in: left rail, top bar, content. One for portal and console. */
export function AppShell({
  rail,
  viewer,
  environment = "production",
  environments = DEFAULT_ENVIRONMENTS,
  targets = NO_TARGETS,
  onPaletteOpen,
  children,
}: AppShellProps) {
  const [isPaletteOpen, setIsPaletteOpen] = useState(false);
  const openPalette = () => {
    onPaletteOpen?.();
    setIsPaletteOpen(true);
  };
  useShortcut(() => (isPaletteOpen ? setIsPaletteOpen(false) : openPalette()));
  return (
    <ViewerProvider viewer={viewer}>
      <EnvironmentProvider remembered={environment} environments={environments}>
        <a
          href="#main"
          className="sr-only z-50 rounded-md bg-accent px-3 py-2 text-on-accent focus:not-sr-only focus:fixed focus:top-2 focus:left-2"
        >
          Skip to content
        </a>
        <aside className="fixed inset-y-0 left-0 z-20 w-54 border-r bg-surface max-lg:hidden">
          <Rail rail={rail} viewer={viewer} />
        </aside>
        <div className="lg:pl-54">
          <header className="sticky top-0 z-10 flex h-12 items-center gap-2 border-b bg-surface px-3 sm:px-6">
            <RailDrawer rail={rail} viewer={viewer} />
            {rail === "console" && <EnvironmentSwitch />}
            <PaletteButton onOpen={openPalette} />
            <div className="ml-auto flex items-center gap-1.5">
              <ThemeMenu />
              <AccountMenu viewer={viewer} />
            </div>
          </header>
          <main id="main" tabIndex={-1} className="mx-auto w-full max-w-6xl px-4 py-6 outline-none sm:px-6">
            {children}
          </main>
        </div>
        <CommandPalette
          isOpen={isPaletteOpen}
          onClose={() => setIsPaletteOpen(false)}
          targets={targets}
          rail={rail}
          viewer={viewer}
        />
      </EnvironmentProvider>
    </ViewerProvider>
  );
}

function useShortcut(onPress: () => void): void {
  useEffect(() => {
    const listen = (event: KeyboardEvent) => {
      if (event.key.toLowerCase() === "k" && (event.metaKey || event.ctrlKey) && !event.altKey && !event.shiftKey) {
        event.preventDefault();
        onPress();
      }
    };
    window.addEventListener("keydown", listen);
    return () => window.removeEventListener("keydown", listen);
  });
}

function PaletteButton({ onOpen }: { onOpen: () => void }) {
  return (
    <button
      type="button"
      onClick={onOpen}
      aria-label="Search or jump to"
      aria-keyshortcuts="Meta+K Control+K"
      className="flex h-8 items-center gap-2 rounded-md border border-transparent px-2 text-sm text-text-faint hover:bg-hover hover:text-text sm:w-64 sm:border-line sm:bg-canvas"
    >
      <Search className="size-4" aria-hidden="true" />
      <span className="max-sm:hidden">Search or jump to…</span>
      <kbd className="ml-auto rounded-sm border bg-surface px-1 font-sans text-xs max-sm:hidden">⌘K</kbd>
    </button>
  );
}

function RailDrawer({ rail, viewer }: { rail: RailName; viewer: Viewer | null }) {
  const [isOpen, setIsOpen] = useState(false);
  return (
    <Dialog.Root open={isOpen} onOpenChange={setIsOpen}>
      <Dialog.Trigger asChild>
        <Button variant="ghost" className="-ml-1 w-8 px-0 lg:hidden" aria-label="Open navigation">
          <Menu aria-hidden="true" />
        </Button>
      </Dialog.Trigger>
      <Dialog.Portal>
        <Dialog.Overlay className="animate-fade-in fixed inset-0 z-40 bg-scrim" />
        <Dialog.Content
          aria-describedby={undefined}
          className="animate-drawer-in fixed inset-y-0 left-0 z-50 w-64 border-r bg-surface shadow-float focus:outline-none"
        >
          <Dialog.Title className="sr-only">Navigation</Dialog.Title>
          <Rail rail={rail} viewer={viewer} onNavigate={() => setIsOpen(false)} />
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

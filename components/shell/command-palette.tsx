"use client";

import { Command } from "cmdk";
import { AppWindow, Library, LogIn, Moon, Plus, Search, Sun, User, type LucideIcon } from "lucide-react";
import { useRouter } from "next/navigation";
import { Dialog } from "radix-ui";
import { useState, type ReactNode } from "react";
import { useReturnFocus } from "@/components/ui/use-return-focus";
import { CONSOLE_ENTRY, navigationFor, PORTAL_ENTRY, type RailName } from "./navigation";
import { useTheme } from "./theme";
import { canUseConsole, type Viewer } from "./viewer";

/** Something the palette can jump to by name. */
export interface PaletteTarget {
  readonly id: string;
  readonly name: string;
}

export interface PaletteTargets {
  readonly isLoading: boolean;
  readonly apis: readonly PaletteTarget[];
  readonly applications: readonly PaletteTarget[];
}

export interface CommandPaletteProps {
  isOpen: boolean;
  onClose: () => void;
  targets: PaletteTargets;
  rail: RailName;
  viewer: Viewer | null;
}

/** ⌘K: every page, API and application by name, and the things one does most. */
export function CommandPalette({ isOpen, onClose, targets, rail, viewer }: CommandPaletteProps) {
  const { rememberFocus, onCloseAutoFocus } = useReturnFocus();
  return (
    <Dialog.Root open={isOpen} onOpenChange={(open) => !open && onClose()}>
      <Dialog.Portal>
        <Dialog.Overlay className="animate-fade-in fixed inset-0 z-40 bg-scrim" />
        <Dialog.Content
          aria-describedby={undefined}
          onOpenAutoFocus={rememberFocus}
          onCloseAutoFocus={onCloseAutoFocus}
          className="animate-float-in fixed top-[12vh] left-1/2 z-50 w-[calc(100%-2rem)] max-w-lg -translate-x-1/2 overflow-hidden rounded-md border bg-raised shadow-float focus:outline-none"
        >
          <Dialog.Title className="sr-only">Search or jump to</Dialog.Title>
          <PaletteBody onClose={onClose} targets={targets} rail={rail} viewer={viewer} />
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

function PaletteBody({ onClose, targets, rail, viewer }: Omit<CommandPaletteProps, "isOpen">) {
  const router = useRouter();
  const [search, setSearch] = useState("");
  const go = (href: string) => {
    onClose();
    router.push(href);
  };
  return (
    <Command label="Search or jump to" loop>
      <div className="flex items-center gap-2 border-b px-3">
        <Search className="size-4 shrink-0 text-text-faint" aria-hidden="true" />
        <Command.Input
          value={search}
          onValueChange={setSearch}
          placeholder="Search pages, APIs, applications"
          className="h-11 w-full bg-transparent outline-none max-sm:text-lg"
        />
        <kbd className="rounded-sm border px-1 font-sans text-xs text-text-faint">Esc</kbd>
      </div>
      <Command.List className="max-h-[50vh] overflow-y-auto p-1">
        <Command.Empty className="px-3 py-8 text-center text-sm text-text-muted">
          {targets.isLoading ? "Searching…" : `Nothing is called “${search}”.`}
        </Command.Empty>
        <Targets onGo={go} rail={rail} targets={targets} />
        <Pages onGo={go} rail={rail} viewer={viewer} />
        <Actions onGo={go} onClose={onClose} viewer={viewer} />
      </Command.List>
    </Command>
  );
}

interface GroupProps {
  onGo: (href: string) => void;
  rail: RailName;
  viewer: Viewer | null;
}

interface TargetsProps {
  onGo: (href: string) => void;
  rail: RailName;
  targets: PaletteTargets;
}

function Targets({ onGo, rail, targets }: TargetsProps) {
  const { apis, applications } = targets;
  const apiRoot = rail === "console" ? "/console/apis" : "/apis";
  return (
    <>
      {apis.length > 0 && (
        <Group heading="APIs">
          {apis.map((api) => (
            <Item
              key={api.id}
              id={`api ${api.id}`}
              name={api.name}
              icon={Library}
              onSelect={() => onGo(`${apiRoot}/${api.id}`)}
              hint={api.id}
            />
          ))}
        </Group>
      )}
      {applications.length > 0 && (
        <Group heading="Applications">
          {applications.map((application) => (
            <Item
              key={application.id}
              id={`application ${application.id}`}
              name={application.name}
              icon={AppWindow}
              onSelect={() => onGo(`/applications/${application.id}`)}
            />
          ))}
        </Group>
      )}
    </>
  );
}

function Pages({ onGo, rail, viewer }: GroupProps) {
  const own = navigationFor(rail, viewer).flatMap((group) => group.items);
  const other = rail === "console" ? [PORTAL_ENTRY] : canUseConsole(viewer) ? [CONSOLE_ENTRY] : [];
  return (
    <Group heading="Go to">
      {[...own, ...other].map((item) => (
        <Item
          key={item.href}
          id={`page ${item.href}`}
          name={item.label}
          icon={item.icon}
          onSelect={() => onGo(item.href)}
        />
      ))}
      {viewer !== null && <Item id="page account" name="Account" icon={User} onSelect={() => onGo("/account")} />}
    </Group>
  );
}

function Actions({
  onGo,
  onClose,
  viewer,
}: {
  onGo: (href: string) => void;
  onClose: () => void;
  viewer: Viewer | null;
}) {
  const [, setTheme] = useTheme();
  const isDark = document.documentElement.dataset.theme === "dark";
  return (
    <Group heading="Do">
      {viewer === null ? (
        <Item id="do sign in" name="Sign in" icon={LogIn} onSelect={() => onGo("/sign-in")} />
      ) : (
        <Item
          id="do create application"
          name="Create application"
          icon={Plus}
          onSelect={() => onGo("/applications?create=1")}
        />
      )}
      <Item
        id="do theme"
        name={isDark ? "Switch to the light theme" : "Switch to the dark theme"}
        icon={isDark ? Sun : Moon}
        onSelect={() => {
          setTheme(isDark ? "light" : "dark");
          onClose();
        }}
      />
    </Group>
  );
}

function Group({ heading, children }: { heading: string; children: ReactNode }) {
  return (
    <Command.Group
      heading={heading}
      className="[&_[cmdk-group-heading]]:px-2 [&_[cmdk-group-heading]]:py-1 [&_[cmdk-group-heading]]:text-xs [&_[cmdk-group-heading]]:text-text-faint"
    >
      {children}
    </Command.Group>
  );
}

interface ItemProps {
  /** Tells items with the same name apart. */
  id: string;
  name: string;
  hint?: string;
  icon: LucideIcon;
  onSelect: () => void;
}

function Item({ id, name, hint, icon: Icon, onSelect }: ItemProps) {
  return (
    <Command.Item
      value={id}
      keywords={[name, hint ?? ""]}
      onSelect={onSelect}
      className="flex h-9 cursor-pointer items-center gap-2.5 rounded-sm px-2 text-sm data-[selected=true]:bg-hover dark:data-[selected=true]:bg-line"
    >
      <Icon className="size-4 shrink-0 text-text-faint" aria-hidden="true" />
      <span className="min-w-0 truncate">{name}</span>
      {hint !== undefined && <span className="ml-auto font-mono text-xs text-text-faint">{hint}</span>}
    </Command.Item>
  );
}

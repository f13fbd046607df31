"use client";

import Link from "next/link";
import { usePathname } from "next/navigation";
import { classNames } from "@/components/ui/class-names";
import { Wordmark } from "./mark";
import {
  CONSOLE_ENTRY,
  findCurrentItem,
  navigationFor,
  PORTAL_ENTRY,
  type NavigationItem,
  type RailName,
} from "./navigation";
import { canUseConsole, type Viewer } from "./viewer";

export interface RailProps {
  rail: RailName;
  viewer: Viewer | null;
  /** Called when a link was followed, so that the drawer of a phone closes. */
  onNavigate?: () => void;
}

/** The left rail: where one can go, and where one is. */
export function Rail({ rail, viewer, onNavigate }: RailProps) {
  const pathname = usePathname();
  const groups = navigationFor(rail, viewer);
  const current = findCurrentItem(groups, pathname);
  const other = rail === "console" ? PORTAL_ENTRY : canUseConsole(viewer) ? CONSOLE_ENTRY : undefined;
  return (
    <div className="flex h-full flex-col">
      <Link
        href={rail === "console" ? "/console" : "/"}
        onClick={onNavigate}
        className="mx-2 flex h-12 items-center gap-2 rounded-md px-2 -outline-offset-2"
      >
        <Wordmark />
        {rail === "console" && <span className="text-sm text-text-faint">Console</span>}
      </Link>
      <nav aria-label={rail === "console" ? "Console" : "Portal"} className="flex-1 overflow-y-auto px-2 pt-2">
        {groups.map((group, index) => (
          <div key={group.label ?? index} className="mb-4">
            {group.label !== undefined && (
              <p className="px-2 pb-1 text-xs font-medium text-text-faint">{group.label}</p>
            )}
            <ul className="flex flex-col gap-px">
              {group.items.map((item) => (
                <li key={item.href}>
                  <RailLink item={item} isCurrent={item === current} onNavigate={onNavigate} />
                </li>
              ))}
            </ul>
          </div>
        ))}
      </nav>
      {other !== undefined && (
        <div className="border-t p-2">
          <RailLink item={other} isCurrent={false} onNavigate={onNavigate} />
        </div>
      )}
    </div>
  );
}

interface RailLinkProps {
  item: NavigationItem;
  isCurrent: boolean;
  onNavigate: (() => void) | undefined;
}

function RailLink({ item, isCurrent, onNavigate }: RailLinkProps) {
  const Icon = item.icon;
  return (
    <Link
      href={item.href}
      onClick={onNavigate}
      aria-current={isCurrent ? "page" : undefined}
      className={classNames(
        "flex h-8 items-center gap-2.5 rounded-md px-2 text-sm text-text-muted -outline-offset-2 hover:bg-hover hover:text-text",
        isCurrent && "bg-accent-soft font-medium text-text hover:bg-accent-soft",
      )}
    >
      <Icon
        className={classNames("size-4 shrink-0", isCurrent ? "text-accent-text" : "text-text-faint")}
        aria-hidden="true"
      />
      {item.label}
    </Link>
  );
}

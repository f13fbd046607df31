"use client";

import Link from "next/link";
import { usePathname } from "next/navigation";
import { useEffect, useRef } from "react";
import { classNames } from "./class-names";

export interface LinkTab {
  readonly href: string;
  readonly label: string;
  readonly count?: number;
}

/** Tabs with a URL each. The longest href that the path starts with is the open one; a search in it is kept. */
export function LinkTabs({ tabs, label }: { tabs: readonly LinkTab[]; label: string }) {
  const pathname = usePathname();
  const current = findCurrent(tabs, pathname);
  const row = useRef<HTMLElement>(null);
  useEffect(() => {
    // On a phone the row is wider than the screen, and the open tab may stand outside of it.
    const open = row.current?.querySelector<HTMLElement>("[aria-current]");
    if (row.current && open) {
      row.current.scrollLeft = open.offsetLeft - (row.current.clientWidth - open.offsetWidth) / 2;
    }
  }, [current]);
  return (
    <nav ref={row} aria-label={label} className="relative -mb-px flex gap-5 overflow-x-auto max-sm:gap-4">
      {tabs.map((tab) => (
        <Link
          key={tab.href}
          href={tab.href}
          aria-current={tab.href === current ? "page" : undefined}
          className={classNames(
            "flex shrink-0 items-center gap-1.5 border-b-2 border-transparent pb-2 text-sm font-medium text-text-muted -outline-offset-2 hover:text-text",
            tab.href === current && "border-accent text-text",
          )}
        >
          {tab.label}
          {tab.count !== undefined && (
            <span className="rounded-sm bg-sunken px-1 text-xs text-text-muted tabular-nums">{tab.count}</span>
          )}
        </Link>
      ))}
    </nav>
  );
}

function findCurrent(tabs: readonly LinkTab[], pathname: string): string | undefined {
  const matching = tabs.filter((tab) => {
    const path = tab.href.split("?")[0] ?? "";
    return pathname === path || pathname.startsWith(`${path}/`);
  });
  return matching.sort((left, right) => right.href.length - left.href.length)[0]?.href;
}

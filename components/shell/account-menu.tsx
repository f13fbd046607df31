"use client";

import { LogOut, User } from "lucide-react";
import { signOut } from "next-auth/react";
import Link from "next/link";
import { usePathname } from "next/navigation";
import { Button } from "@/components/ui/button";
import { DropdownMenu, DropdownMenuItem, DropdownMenuSeparator } from "@/components/ui/dropdown-menu";
import type { Viewer } from "./viewer";

/** Who is signed in, their account and the way out; or the ways in. */
export function AccountMenu({ viewer }: { viewer: Viewer | null }) {
  const pathname = usePathname();
  if (viewer === null) {
    const back = pathname === "/" ? "" : `?next=${encodeURIComponent(pathname)}`;
    return (
      <>
        <Button asChild variant="ghost">
          <Link href={`/sign-in${back}`}>Sign in</Link>
        </Button>
        <Button asChild variant="primary" className="max-sm:hidden">
          <Link href={`/sign-up${back}`}>Sign up</Link>
        </Button>
      </>
    );
  }
  return (
    <DropdownMenu
      className="w-60"
      trigger={
        <button
          type="button"
          aria-label={`Account of ${viewer.name}`}
          className="grid size-7 place-items-center rounded-full bg-accent-soft text-xs font-semibold text-accent-text"
        >
          {initials(viewer.name)}
        </button>
      }
    >
      <div className="px-2 py-1.5">
        <p className="truncate text-sm font-medium">{viewer.name}</p>
        <p className="truncate text-xs text-text-muted">{viewer.email}</p>
      </div>
      <DropdownMenuSeparator />
      <DropdownMenuItem asChild>
        <Link href="/account">
          <User className="text-text-faint" aria-hidden="true" />
          Account
        </Link>
      </DropdownMenuItem>
      <DropdownMenuItem onSelect={() => void signOut({ callbackUrl: "/" })}>
        <LogOut className="text-text-faint" aria-hidden="true" />
        Sign out
      </DropdownMenuItem>
    </DropdownMenu>
  );
}

function initials(name: string): string {
  const words = name.trim().split(/\s+/);
  const letters = [words[0], words.length > 1 ? words.at(-1) : undefined].map((word) => word?.charAt(0) ?? "");
  return letters.join("").toUpperCase() || "?";
}

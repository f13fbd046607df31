import Link from "next/link";
import type { ReactNode } from "react";
import { Wordmark } from "@/components/shell/mark";
import { ThemeMenu } from "@/components/shell/theme-menu";

/** Sign-in and sign-up: nothing but the form. */
export default function AuthLayout({ children }: { children: ReactNode }) {
  return (
    <div className="flex min-h-dvh flex-col">
      <header className="flex h-12 items-center justify-between px-4">
        <Link href="/" className="rounded-md px-1" aria-label="Gatehouse, home">
          <Wordmark />
        </Link>
        <ThemeMenu />
      </header>
      <main className="mx-auto flex w-full max-w-sm flex-1 flex-col justify-center px-4 pb-24">{children}</main>
    </div>
  );
}

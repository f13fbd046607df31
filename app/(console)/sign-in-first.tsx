"use client";

import { redirect, usePathname, useSearchParams } from "next/navigation";

/** Sends whoever is not signed in to the sign-in page, and from there back here. A client component: only those know the whole address. */
export function SignInFirst(): never {
  const pathname = usePathname();
  const search = useSearchParams().toString();
  redirect(`/sign-in?next=${encodeURIComponent(search === "" ? pathname : `${pathname}?${search}`)}`);
}

import type { Metadata } from "next";
import { redirect } from "next/navigation";
import { readViewer } from "@/app/current-viewer";
import { safeReturn } from "../safe-return";
import { SignUpForm } from "./sign-up-form";

export const metadata: Metadata = { title: "Sign up" };

export default async function Page({ searchParams }: { searchParams: Promise<{ next?: string }> }) {
  const next = safeReturn((await searchParams).next);
  if ((await readViewer()) !== null) {
    redirect(next);
  }
  // Somebody who has just signed up wants to begin, unless they came from somewhere.
  return <SignUpForm next={next === "/" ? "/start" : next} />;
}
